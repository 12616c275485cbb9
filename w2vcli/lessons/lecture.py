"""The lecture: its topics in order, each with a few sentences and the commands that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LANGUAGES = ("en", "ko")


class Command(NamedTuple):
    """A command as it is typed, and the picture or the folder that it writes, if any."""

    line: str
    writes: str = ""


class Said(NamedTuple):
    """The same in each language."""

    en: str
    ko: str


class Shown(NamedTuple):
    """The commands for each language: words are asked in the language of the corpus."""

    en: tuple[Command, ...]
    ko: tuple[Command, ...]


@dataclass(frozen=True)
class Topic:
    """A topic: its title, what is to be seen, and the commands; ``needs_model``: they ask the trained model."""

    title: Said
    text: Said
    commands: Shown
    needs_model: bool = True


def _both(*lines: str) -> Shown:
    return Shown(tuple(map(Command, lines)), tuple(map(Command, lines)))


def _each(en: list[Command], ko: list[Command]) -> Shown:
    return Shown(tuple(en), tuple(ko))


def _one(en: str, ko: str) -> Shown:
    return Shown((Command(en),), (Command(ko),))


MODEL = Said("english", "korean")

TITLE = Said("Word embeddings, command by command", "명령어로 따라가는 단어 임베딩")

INTRODUCTION = Said(
    "A lecture on word embeddings in which every slide is a command. The corpus is small and was written for it by "
    "a script: what the commands find was put in on purpose, so that it comes out of a few seconds of training. On "
    "text of your own, and on vectors trained by others, the commands are the same.",
    "단어 임베딩 강의의 슬라이드를 하나씩 명령어로 따라가 봅니다. 말뭉치는 이 강의를 위해 스크립트로 만든 작은 "
    "글입니다. 명령어가 찾아내는 관계는 일부러 넣어 둔 것이라 몇 초만 학습해도 나타납니다. 여러분의 글이나 이미 "
    "학습된 벡터에도 같은 명령어를 쓰면 됩니다.",
)

TOPICS = (
    Topic(
        Said("Before we begin: text in, vectors out", "시작하기 전에: 글을 넣으면 벡터가 나온다"),
        Said(
            "word2vec needs nothing but text. It reads the corpus several times and gives each word a vector; what "
            "is printed says where every word went. From now on this model is the one that is asked. With one "
            "worker and a fixed seed the result is the same each time.",
            "word2vec에는 글만 있으면 됩니다. 말뭉치를 여러 번 읽고 단어마다 벡터를 하나씩 만듭니다. 출력된 표는 "
            "읽은 단어가 모두 어디로 갔는지 보여 줍니다. 이제부터 질문은 이 모델이 받습니다. 작업자(worker)가 "
            "하나이고 시드가 같으면 결과도 늘 같습니다.",
        ),
        _one("w2v train data/english.txt --workers 1", "w2v train data/korean.txt --workers 1"),
        needs_model=False,
    ),
    Topic(
        Said("Words as one-hot vectors", "원-핫 벡터로 나타낸 단어"),
        Said(
            "The simplest vector of a word has a 1 in the place of that word and 0 everywhere else. Any two words "
            "are then equally far apart, √2, and at a right angle, so their cosine is 0: nothing tells which words "
            "are alike.",
            "단어를 벡터로 나타내는 가장 쉬운 방법은 그 단어의 자리에만 1을 쓰고 나머지는 모두 0으로 두는 것입니다. "
            "그러면 어느 두 단어든 거리는 √2로 같고 서로 직각이어서 코사인은 0입니다. 어떤 단어가 서로 비슷한지 알 "
            "수 없습니다.",
        ),
        _one(
            'w2v encode "man woman king queen apple orange" --as one-hot',
            'w2v encode "남자 여자 왕 왕비 사과 오렌지" --as one-hot',
        ),
        needs_model=False,
    ),
    Topic(
        Said("A glass of orange juice, a glass of apple …", "오렌지 주스 한 잔, 사과 …"),
        Said(
            "Who knows how “I want a glass of orange …” goes on should know it for apple too. As one-hot vectors "
            "orange is no nearer to apple than to king. As embeddings (the last two columns) it is.",
            "“오렌지 주스 한 잔”을 배웠다면 “사과 …” 다음에 올 말도 알 수 있어야 합니다. 원-핫 벡터에서는 오렌지와 "
            "사과의 거리가 오렌지와 왕의 거리와 같습니다. 임베딩(마지막 두 열)에서는 오렌지가 사과에 더 가깝습니다.",
        ),
        _one('w2v encode "orange apple king" --distances', 'w2v encode "오렌지 사과 왕" --distances'),
    ),
    Topic(
        Said("Words by features", "특징으로 나타낸 단어"),
        Said(
            "One could describe words by hand, with features such as gender, royal, age and food. word2vec learns "
            "its features from the text: each column of an embedding is one. They have no names, but words that are "
            "used alike get similar numbers.",
            "성별, 왕족, 나이, 음식 같은 특징을 사람이 직접 정해서 단어를 나타낼 수도 있습니다. word2vec은 이런 "
            "특징을 글에서 스스로 배웁니다. 임베딩의 열 하나가 특징 하나입니다. 특징에 이름은 없지만 쓰임이 비슷한 "
            "단어는 비슷한 수를 갖게 됩니다.",
        ),
        _one(
            'w2v encode "man woman king queen apple orange" --as embedding',
            'w2v encode "남자 여자 왕 왕비 사과 오렌지" --as embedding',
        ),
    ),
    Topic(
        Said("Features with names", "이름 있는 특징"),
        Said(
            "Names can be found for directions. What leads from man to woman, from boy to girl and so on is an axis "
            "of gender, and the cosine with it says where a word lies between its ends: king and queen are in none "
            "of these pairs. Below stands what each axis is worth: a large p_value says that its pairs agree no "
            "better than pairs turned around at random.",
            "방향에는 이름을 붙일 수 있습니다. 남자에서 여자로, 소년에서 소녀로 가는 차이를 평균하면 성별 "
            "축(gender)이 됩니다. 단어와 이 축의 코사인은 단어가 축의 어디쯤에 있는지 알려 줍니다. 왕과 왕비는 성별 "
            "축을 만든 쌍에 들어 있지 않습니다. 아래 표는 축을 얼마나 믿을 수 있는지 보여 줍니다. p_value가 크면 "
            "쌍들이 가리키는 방향이 쌍을 무작위로 뒤집었을 때만큼이나 제각각이라는 뜻입니다.",
        ),
        _each(
            [Command("w2v features man woman king queen apple orange -o features.png", "features.png")],
            [Command("w2v features 남자 여자 왕 왕비 사과 오렌지 -o features.ko.png", "features.ko.png")],
        ),
    ),
    Topic(
        Said("Down to two dimensions: t-SNE", "2차원으로 줄이기: t-SNE"),
        Said(
            "Nobody can look at a hundred dimensions. t-SNE puts the words on a plane so that neighbours stay "
            "neighbours: here rulers, fruit, animals, colours and days. How far groups are from each other, and the "
            "directions of the axes, mean nothing.",
            "100차원은 눈으로 볼 수 없습니다. t-SNE는 이웃이 계속 이웃으로 남도록 단어를 평면에 옮깁니다. 여기서는 "
            "왕족, 과일, 동물, 색, 요일이 끼리끼리 모입니다. 다만 무리와 무리 사이의 거리나 축의 방향에는 뜻이 "
            "없습니다.",
        ),
        _each(
            [
                Command(
                    "w2v plot king queen prince princess apple orange banana mango dog cat rabbit puppy red blue "
                    "green yellow monday tuesday friday sunday -o groups.png",
                    "groups.png",
                )
            ],
            [
                Command(
                    "w2v plot 왕 왕비 왕자 공주 사과 오렌지 바나나 망고 강아지 고양이 토끼 개 빨간 파란 노란 하얀 "
                    "월요일 화요일 금요일 일요일 -o groups.ko.png",
                    "groups.ko.png",
                )
            ],
        ),
    ),
    Topic(
        Said("How word2vec learns", "word2vec은 어떻게 배우는가"),
        Said(
            "A few sentences were put aside before the training. After each pass over the rest, the loss tells how "
            "well the vectors distinguish the real neighbours of the words in them from words drawn at random.",
            "학습을 시작하기 전에 문장을 조금 떼어 둡니다. 나머지를 한 번 다 읽을 때마다, 떼어 둔 문장에서 실제로 "
            "이웃한 단어와 아무렇게나 뽑은 단어를 벡터가 얼마나 잘 구별하는지 손실(loss)로 잽니다.",
        ),
        _each(
            [Command("w2v plot --curve english", "english-curve.png")],
            [Command("w2v plot --curve korean", "korean-curve.png")],
        ),
    ),
    Topic(
        Said("Skip-gram's training pairs", "스킵그램의 학습 쌍"),
        Said(
            "What it learns from are pairs: each word in turn is the target, [in square brackets], and is paired "
            "with the words of its window, (in round ones). Here the window reaches two words to either side.",
            "학습에 쓰이는 것은 단어의 쌍입니다. 단어가 차례로 중심 단어 [ ]가 되고, 윈도우 안의 주변 단어 ( )와 "
            "하나씩 짝을 이룹니다. 여기서 윈도우는 양쪽으로 두 단어입니다.",
        ),
        _each(
            [Command('w2v pairs "The quick brown fox jumps over the lazy dog." --window 2')],
            [
                Command('w2v pairs "The quick brown fox jumps over the lazy dog." --window 2'),
                Command('w2v pairs "소녀 가 바나나 를 먹었다." --window 2'),
            ],
        ),
        needs_model=False,
    ),
    Topic(
        Said("The network, and one step of its training", "신경망과 한 번의 학습 단계"),
        Said(
            "A one-hot input picks a row v of the first matrix; there is no activation; the output scores each word "
            "u by the product of u and v. A softmax over all words would be slow, so the network only tells the "
            "true neighbour (label 1) from a few noise words (label 0). Each step moves v and the vectors u a "
            "little, against the error.",
            "원-핫 입력은 첫째 행렬에서 행 v 하나를 고릅니다. 은닉층에는 활성화 함수가 없고, 출력은 단어마다 u와 "
            "v의 곱을 점수로 냅니다. 모든 단어에 소프트맥스를 쓰면 느리므로 진짜 이웃(label 1)과 잡음 단어 몇 "
            "개(label 0)만 구별하게 합니다. 한 단계마다 v와 여러 u가 오차를 줄이는 쪽으로 조금씩 움직입니다.",
        ),
        _one("w2v step king queen --negative 2", "w2v step 왕 왕비 --negative 2"),
    ),
    Topic(
        Said("Five-grams", "5-그램"),
        Said(
            "A window of two words to either side makes five-grams. In the one around Patriots, Patriots is paired "
            "with New, England, win and 14th; the words of a headline are enough to learn what kind of thing it is.",
            "양쪽으로 두 단어씩 보는 윈도우는 5-그램입니다. Patriots가 가운데 오는 5-그램에서 Patriots는 New, "
            "England, win, 14th와 짝이 됩니다. 기사 제목의 단어만으로도 Patriots가 어떤 것인지 배울 수 있습니다.",
        ),
        _both('w2v pairs "New England Patriots win 14th straight regular-season game at home." --no-lowercase'),
        needs_model=False,
    ),
    Topic(
        Said("The pretrained vectors of Google News", "미리 학습된 구글 뉴스 벡터"),
        Said(
            "Three million words and phrases in 300 dimensions, trained on news. The table says what that takes in "
            "memory. w2v load google-news fetches them, and keeps each number in two bytes, which loses nothing. "
            "All questions of this lecture can be put to them as well.",
            "뉴스 기사로 학습한 300차원 벡터로, 단어와 구가 300만 개입니다. 메모리를 얼마나 차지하는지 표가 보여 "
            "줍니다. w2v load google-news로 내려받을 수 있고, 수 하나를 2바이트에 담아도 잃는 것이 없습니다. 이 "
            "강의의 질문을 이 벡터에도 똑같이 할 수 있습니다.",
        ),
        _both("w2v info google-news --memory"),
        needs_model=False,
    ),
    Topic(
        Said("The vector of a word", "단어의 벡터"),
        Said(
            "This is what the model knows of a word: as many numbers as there are dimensions.",
            "모델이 한 단어에 대해 아는 것은 이것뿐입니다. 차원의 개수만큼 늘어선 수입니다.",
        ),
        _one("w2v vector beautiful", "w2v vector 아름다운"),
    ),
    Topic(
        Said("Neighbours", "이웃한 단어"),
        Said(
            "Words whose vectors point in nearly the same direction are used alike. Their cosine is near 1.",
            "벡터의 방향이 거의 같은 단어는 쓰임이 비슷합니다. 이때 코사인은 1에 가깝습니다.",
        ),
        _one("w2v similar girl", "w2v similar 소녀"),
    ),
    Topic(
        Said("boy + queen - girl = king", "소년 + 왕비 - 소녀 = 왕"),
        Said(
            "Boy differs from girl about as king does from queen, so one can calculate with words. The words of the "
            "question are never the answer.",
            "소년과 소녀의 차이는 왕과 왕비의 차이와 거의 같습니다. 그래서 단어로 계산을 할 수 있습니다. 질문에 쓴 "
            "단어는 답에서 뺍니다.",
        ),
        _one("w2v analogy boy queen - girl --topn 3", "w2v analogy 소년 왕비 - 소녀 --topn 3"),
    ),
    Topic(
        Said("Twelve words in the plane", "평면 위의 열두 단어"),
        Said(
            "The twelve words of the lecture by t-SNE: people on one side, fruit on the other.",
            "강의에 나온 열두 단어를 t-SNE로 그립니다. 사람은 사람끼리, 과일은 과일끼리 모입니다.",
        ),
        _each(
            [Command("w2v plot data/vocab.txt", "vocab.png")],
            [Command("w2v plot data/vocab.ko.txt -o vocab.ko.png", "vocab.ko.png")],
        ),
    ),
    Topic(
        Said("The embedding matrix: E o = e", "임베딩 행렬: E o = e"),
        Said(
            "E has a row for each feature and a column for each word. Multiplied by the one-hot vector o of a word "
            "it gives that word's column, e. All the other products are with 0, so nobody multiplies: the column is "
            "read. Without --no-time the command also measures both.",
            "E에는 특징마다 행이, 단어마다 열이 하나씩 있습니다. 어떤 단어의 원-핫 벡터 o를 E에 곱하면 그 단어의 열 "
            "e가 나옵니다. 나머지는 모두 0과의 곱이므로 실제로는 곱하지 않고 그 열을 바로 읽습니다. --no-time을 "
            "빼면 두 방법에 걸리는 시간도 재어 줍니다.",
        ),
        _one("w2v lookup king --no-time", "w2v lookup 왕 --no-time"),
    ),
    Topic(
        Said("A neural language model", "신경망 언어 모델"),
        Said(
            "It is given the numbers of the last few words, looks up their vectors, and gives each word of the "
            "vocabulary a probability to be the next one. This is what goes in for “i want a glass of orange …”. "
            "With the extra neural, w2v language-model trains such a network.",
            "앞에 나온 단어 몇 개의 번호를 받아 벡터를 찾고, 어휘의 모든 단어에 대해 다음에 올 확률을 냅니다. “나 "
            "는 오렌지 …”를 넣으면 신경망에는 아래 번호가 들어갑니다. neural을 함께 설치하면 w2v language-model로 "
            "이런 신경망을 학습할 수 있습니다.",
        ),
        _one('w2v encode "i want a glass of orange" -m english', 'w2v encode "나 는 오렌지" -m korean'),
    ),
    Topic(
        Said("A simple sentiment classifier", "간단한 감성 분류기"),
        Said(
            "“The dessert is excellent”: words to numbers, numbers to vectors, and the mean of these to a softmax "
            "that says good or bad. The last command asks what the mean is near to: excellent and awful stand in "
            "the same places, so word2vec finds them alike. Which of them is praise, a classifier has to learn from "
            "labelled reviews: w2v classify, with the extra neural.",
            "“후식 은 정말 훌륭하다”: 단어를 번호로, 번호를 벡터로 바꾸고, 벡터의 평균을 소프트맥스에 넣어 좋은지 "
            "나쁜지 가립니다. 마지막 명령어는 그 평균에 가까운 단어를 찾습니다. ‘훌륭하다’와 ‘끔찍하다’는 같은 "
            "자리에 쓰이므로 word2vec에게는 비슷한 단어입니다. 어느 쪽이 칭찬인지는 분류기가 정답이 붙은 후기에서 "
            "배워야 합니다(neural을 함께 설치하면 w2v classify).",
        ),
        _each(
            [
                Command('w2v encode "the dessert is excellent" -m english'),
                Command('w2v encode "the dessert is excellent" --as embedding'),
                Command("w2v similar the dessert is excellent --topn 5"),
            ],
            [
                Command('w2v encode "후식 은 정말 훌륭하다" -m korean'),
                Command('w2v encode "후식 은 정말 훌륭하다" --as embedding'),
                Command("w2v similar 후식 은 정말 훌륭하다 --topn 5"),
            ],
        ),
    ),
    Topic(
        Said("A recurrent network: many to one", "순환 신경망: 여럿에서 하나로"),
        Said(
            "A mean does not know in which order the words came; a recurrent network reads one vector after the "
            "other, and its last state decides. Several texts go in at once, so the shorter ones are padded with 0.",
            "평균만으로는 단어의 순서를 알 수 없습니다. 순환 신경망(RNN)은 벡터를 하나씩 차례로 읽고 마지막 상태로 "
            "판단합니다. 여러 글을 한꺼번에 넣기 위해 짧은 글은 0으로 채웁니다.",
        ),
        _one(
            'w2v encode "the dessert is excellent" "the cake was awful and we thanked the cook" -m english',
            'w2v encode "후식 은 정말 훌륭하다" "아침 에 먹은 케이크 는 정말 끔찍하다" -m korean',
        ),
    ),
    Topic(
        Said("A sentence as a one-hot matrix", "원-핫 행렬로 나타낸 문장"),
        Said(
            "One row for each word of the sentence, one column for each word of the vocabulary. Most of it is "
            "zeros, and the larger the vocabulary, the more.",
            "행은 문장의 단어, 열은 어휘의 단어입니다. 대부분이 0이고, 어휘가 클수록 더 그렇습니다.",
        ),
        _each(
            [Command('w2v encode "The cat sat on the mat" --as one-hot')],
            [
                Command('w2v encode "The cat sat on the mat" --as one-hot'),
                Command('w2v encode "고양이 가 매트 위 에 앉았다" --as one-hot'),
            ],
        ),
        needs_model=False,
    ),
    Topic(
        Said("A sentence as integers", "정수로 나타낸 문장"),
        Said(
            "One number a word holds the same, and is dense. But the numbers are arbitrary: that cat is 1 and mat "
            "is 2 says nothing.",
            "단어마다 수 하나로도 같은 것을 담을 수 있고 빈 곳도 없습니다. 하지만 번호는 임의로 붙인 것이라, cat이 "
            "1이고 mat이 2라는 데에는 아무 뜻이 없습니다.",
        ),
        _both('w2v encode "The cat sat on the mat" --as integer'),
        needs_model=False,
    ),
    Topic(
        Said("A sentence as vectors of four numbers", "4차원 벡터로 나타낸 문장"),
        Said(
            "In between lie embeddings: dense, and of numbers that are learnt. These are still random, as before "
            "training; the word the has the same vector both times.",
            "임베딩은 그 사이에 있습니다. 빈 곳이 없고, 수는 학습으로 정해집니다. 아래는 학습하기 전의 무작위 "
            "값입니다. the는 두 번 다 같은 벡터입니다.",
        ),
        _both('w2v encode "The cat sat on the mat" --as embedding --vector-size 4'),
        needs_model=False,
    ),
    Topic(
        Said("An embedding layer is a lookup table", "임베딩 층은 찾아보는 표"),
        Said(
            "It is given integers and gives the rows of the table: two texts of three words, 2 x 3, become 2 x 3 x 4.",
            "정수를 넣으면 표에서 그 번호의 행을 꺼내 줍니다. 세 단어로 된 글 두 개, 곧 2 x 3이 2 x 3 x 4가 됩니다.",
        ),
        _one(
            'w2v encode "king queen man" "apple orange fruit" --as embedding --vector-size 4',
            'w2v encode "왕 왕비 남자" "사과 오렌지 과일" --as embedding --vector-size 4',
        ),
        needs_model=False,
    ),
    Topic(
        Said("The Embedding Projector", "임베딩 프로젝터"),
        Said(
            "Two files with all vectors and all words, to be loaded at projector.tensorflow.org, turned around, and "
            "searched.",
            "모든 벡터와 단어를 파일 두 개로 씁니다. projector.tensorflow.org에서 불러와 돌려 보고 찾아볼 수 있습니다.",
        ),
        _each([Command("w2v projector projector", "projector")], [Command("w2v projector projector", "projector")]),
    ),
)
