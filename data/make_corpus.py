"""Write the small synthetic corpora of this folder: one English, one Korean.

The text is made from templates, not collected. A word is drawn from a table, a
template from one of the groups the table names for it, and the slots of the template
are filled from word lists. Words that share a trait (child, ruler, fruit, ...) share
templates; he or she shows in pronouns, clothes and family words; and each of the twelve
words has a few facts of its own, so that no two are copies. From this word2vec can find
that king and queen differ as boy and girl do, which no sentence says.

Run it to rewrite the files, or with --check to learn whether they are up to date.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

SEED = 2013
SLOT = r"\{(\w+)\}"
HERE = Path(__file__).resolve().parent

# A table line: sentences for each word, the groups of templates, then the words, with
# m or f where pronouns are needed. A group named twice is drawn twice as often.
ENGLISH_TABLE = """
350 anyone anyone anyone common common child child child own : boy.m girl.f
350 anyone anyone anyone common grown work work own : man.m woman.f
350 anyone anyone anyone grown royal ruler ruler ruler own : king.m queen.f
100 anyone royal heir heir : prince.m princess.f
 90 anyone common child family family family : son.m daughter.f brother.m sister.f
 90 anyone anyone grown work family : father.m mother.f uncle.m aunt.f
 90 anyone anyone common grown : husband.m wife.f grandfather.m grandmother.f
190 fruit fruit fruit fruit fruit own : apple banana mango coconut orange
 80 fruit : pear lemon
190 fruit fruit basket : fruit
150 couple : -
600 world : -
 30 cosy : cat dog kitten puppy rabbit
 30 treat : dessert cake pudding pie
 40 view : beautiful lovely wonderful
"""

# {x} is the drawn word; any other slot is filled from ENGLISH_LISTS.
ENGLISH_TEMPLATES = {
    "anyone": """
the {x} put on {his} {wear} and went out.
the {x} wore a {colour} {wear} {when}.
the {x} washed {his} {wear} and hung it in the sun.
we saw the {x} in {his} {colour} {wear} near the {place}.
the {x} told {his} {kin} about {his} dream.
the {x} could not find {his} {wear}, so {he} asked {his} {kin}.
the {x} felt {mood}, and {his} {kin} smiled at {him}.
{he} is a {good} {x}, and everybody likes {him}.
the {x} looked at {himself} in the mirror and combed {his} {hair}.
the {x} ate a {taste} {fruit} for {his} {meal}.
the {x} walked to the {place} with {his} {pet}.
the {x} said to {himself} that {he} was {mood}.
the {x} asked {his} {kin} to teach {him} to {learn}.
the {x} was afraid because {he} had seen a {wild} near the {place}.
the {x} closed {his} eyes and listened to the {sound}.
on {his} birthday the {x} got a {colour} {wear} from {his} {kin}.
the {x} was born in {month}, and {his} {kin} was born in {month}.""",
    "common": """
the {x} took the bus to the {town} {when}.
the {x} bought {few} {goods} at the market.
the {x} crossed the street and waved to {his} {kin}.
the {x} lives in a {size} house near the {town}.
the {x} met a {worker} in the street and said hello.
the {x} drank a glass of {fruit} juice {when}.
the {x} rode {his} bicycle down the road to the {town}.""",
    "child": """
the little {x} went to school with {his} {satchel}.
the {x} played with {his} {toy} in the playground.
the {x} read aloud in class {when}, and the teacher praised {him}.
the {x} did {his} homework before {meal}.
the young {x} learned to {learn} at school.
the {x} is {number} years old and likes to go to school.
the teacher asked the {x} to {learn}.
the small {x} climbed a tree by the {place} and could not come down.
the little {x} cried, so {his} {kin} hugged {him}.
the {x} shared {his} {toy} with the other children.""",
    "grown": """
the old {x} has {look}.
the {x} with {look} spoke slowly.
the {x} grew old but stayed {good}, and {his} hair turned grey.
{when} the {x} remembered the days when {he} was young.
the {x} loved {his} {good} {spouse}.
the {x} and {his} {spouse} walked by the {place} {when}.""",
    "work": """
the {x} goes to work at the {job} every morning.
the {x} worked hard at the {job} all day.
the {x} earns money as a {worker}.
{when} the {x} read the newspaper and drank {drink} at work.
the {x} drove {his} car to the {job}.
the {x} repaired the {thing} with a hammer.
the tired {x} came home late from the {job}.""",
    "family": """
my {x} sent me a letter from the {place}.
our {x} visits us in {month}.
my {x} cooked {dish} for the whole family.
my {x} and i took the train to the {town}.""",
    "royal": """
the {x} lives in a castle of white stone near the {place}.
the {x} rode through the castle gate on a white horse {when}.
a servant brought the {x} a {fruit} on a golden plate.
the {x} danced in the palace {when}.
the golden coach took the {x} to the {place}.
{when} the people bowed before the {x}, and {he} bowed to them.
the {x} gave a feast in the palace and wore {his} {gem} ring.""",
    "ruler": """
{when} the {x} sat on {his} throne and wore {his} crown.
the {good} {x} rules the kingdom, and {his} people love {him}.
the {x} made a new law for the kingdom {when}.
the guards stood beside the throne of the {good} {x}.
the {x} called {his} ministers to the great hall {when}.
the {x} sent {his} army to the border {when}.
the wise {x} kept the peace for {number} years.
long live the {good} {x}, cried the crowd, and {he} raised {his} hand.
the crown of the {x} is made of gold and {gem}.""",
    "heir": """
{when} the {x} slept in the high tower of the castle.
the young {x} rode {his} pony {when}.
in the old tale the {x} fought a dragon near the {place}.
the {x} set out to see the world with {his} {pet}.
the {x} hid from {his} {kin} behind the tower {when}.""",
    "own": """
the {x} {own}.""",
    "fruit": """
the {x} on the plate is {taste} and {taste}.
i want a glass of {x} juice.
i want a glass of {x} juice with my {meal}.
she poured him a glass of {x} juice {when}.
cut the {x} into {few} pieces and give me one.
we picked a {taste} {x} from the tree in {warm}.
there is a {x} in the basket beside the {fruit}.
a {x} costs {number} coins at the market.
today i would like a {x}, not a {fruit}.
we baked a {x} cake {when}.
put the {x} and the {fruit} into the bowl.
the {pet} sniffed at the {x} on the table.""",
    "basket": """
fresh fruit is good for children {when}.
the {fruit} is my favourite fruit.
we filled the bowl with fruit, a {fruit} and a {fruit}.
the fruit in the basket is {taste}.
a {fruit} is a fruit, but {dish} is not.
i eat a piece of fruit after {meal}.
the old tree gives us {taste} fruit in {warm}.""",
    "couple": """
the king sat on his throne and the queen sat beside him {when}.
the king and the queen waved from the palace {when}.
the boy and the girl ran to the {place} {when}.
the girl shared a {fruit} with the boy near the {place}.
the man and the woman waited for the bus to the {town}.
the man and the woman drank {drink} {when}.
the prince and the princess shared a {fruit} in the tower.""",
    "world": """
in {warm} the weather is {sunny} and the days are long.
in {cold} the weather is {icy} and the days are short.
it was {icy} {when}, so we stayed at the {town}.
the {wild} ran across the field and into the forest.
a {colour} bird sang in the tree by the {place}.
the farmer feeds the {farm} and the {farm} {when}.
the {farm} eats grass on the hill near the {place}.
the {worker} opened the door of the {job} {when}.
the {worker} and the {worker} had {dish} for {meal}.
there is a {toy} under the {thing}.
please draw a {colour} house and a {colour} tree.
the {colour} flowers by the {place} open in {warm}.
i want a cup of {drink} with my {meal}.
they drank {drink} and ate {dish} at the {town}.
the teacher wrote the number {number} on the board.
the {pet} slept under the {thing} {when}.
the wind blew over the {place}, and then we heard the {sound}.
we count from {few} to {number} at school.
snow fell all night in {cold}, and the {place} was white.""",
    "cosy": """
the {x} sat on the {soft}.
the {x} sat on the {soft} {when}.
the {x} lay on the {soft} and listened to the {sound}.""",
    "treat": """
the {x} is {praise}.
the {x} was {praise}, and we thanked the cook.
after {meal} we had {x}, and it was {praise}.""",
    "view": """
the {place} is {x} in {warm}.
what a {x} {place}.
the {place} looked {x} {when}.
we heard a {x} song by the {place}.""",
}

# "m | f" holds fillers for each gender, "slot word" goes before "slot", and fillers may
# have slots themselves.
ENGLISH_LISTS = {
    "he": "he | she",
    "him": "him | her",
    "his": "his | her",
    "himself": "himself | herself",
    "wear": "coat, shirt, jacket, belt, waistcoat, cap | dress, skirt, blouse, gown, bonnet, shawl",
    "hair": "short hair, rough hair | long hair, braided hair",
    "kin": "father, brother, uncle, grandfather | mother, sister, aunt, grandmother",
    "kin grandfather": "brother, son, cousin",
    "kin grandmother": "sister, daughter, cousin",
    "spouse": "wife | husband",
    "look": "a grey beard, a long beard, a thick moustache | a silver braid, long earrings, a pearl necklace",
    "own boy": "kicked {his} ball over the {thing}, saw a {wild} {when}",
    "own girl": "ran to the {place} {when}, drew a {wild} for {his} {kin}",
    "own man": "carried a {thing} to the {town}, took the train {when}",
    "own woman": "opened {his} umbrella {when}, wrote a letter to the {worker}",
    "own king": "hunted a {wild} in the forest, drew {his} sword {when}",
    "own queen": "planted a {colour} rose by the {place}, sailed on the sea {when}",
    "own apple": "has red cheeks and looks {taste}, fell from the tree {when}",
    "own banana": "is long and lies on the {thing}, was eaten by a monkey {when}",
    "own mango": "has a flat stone and looks {taste}, ripens by the {place} in {warm}",
    "own coconut": "has a hard shell and lay on the {thing}, fell from the palm {when}",
    "own orange": "is round and good for {meal}, came from the south in {month}",
    "fruit": "apple, banana, mango, coconut, orange, pear, lemon",
    "colour": "red, blue, green, yellow, white, black, brown, pink, purple",
    "taste": "sweet, ripe, fresh, juicy, big, small, cheap, tasty",
    "good": "good, kind, clever, brave, honest, quiet, funny, gentle, patient",
    "mood": "happy, sad, tired, hungry, angry, afraid, proud, bored, lonely, glad",
    "when": "in the morning, in the evening, at noon, at night, on monday, on tuesday, "
    "on wednesday, on thursday, on friday, on saturday, on sunday, yesterday, today, "
    "last week, after the rain, before sunset, in spring, in summer, in autumn",
    "month": "january, february, march, april, may, june, july, august, september, october, november, december",
    "warm": "may, june, july, august, september",
    "cold": "november, december, january, february",
    "few": "two, three, four, five, six",
    "number": "seven, eight, nine, ten, eleven, twelve",
    "place": "garden, river, lake, forest, hill, village, bridge, sea, church, well",
    "town": "library, bakery, station, museum, cinema, town hall, post office, zoo",
    "job": "office, factory, bank, hospital, harbour, workshop, hotel, shop",
    "worker": "farmer, nurse, baker, doctor, driver, cook, painter, singer, judge, tailor, gardener, sailor",
    "meal": "breakfast, lunch, dinner, supper",
    "dish": "soup, rice, bread, cheese, noodles, fish, pancakes, salad",
    "drink": "tea, milk, water, cocoa, coffee",
    "goods": "eggs, potatoes, carrots, onions, candles, buttons, cups, pencils",
    "thing": "table, chair, roof, window, bench, cart, stove, shelf",
    "size": "small, large, narrow, wooden, quiet, pretty",
    "satchel": "books, bag, pencils, lunch box, crayons, notebook",
    "toy": "ball, kite, puzzle, drum, marbles, top, toy train, blocks, skipping rope",
    "learn": "read, write, count, draw, sing, swim, spell, add numbers",
    "gem": "rubies, pearls, diamonds, emeralds",
    "pet": "dog, cat, rabbit, puppy, kitten, parrot",
    "wild": "fox, wolf, bear, deer, hare, owl, squirrel, hedgehog",
    "farm": "cow, goat, sheep, donkey, goose, calf, lamb, hen",
    "sound": "birds, rain, wind, bells, music, waves, thunder",
    "sunny": "warm, hot, dry, sunny, bright, mild",
    "icy": "cold, wet, windy, cloudy, stormy, foggy",
    "soft": "mat, rug, carpet, cushion, sofa",
    "praise": "excellent, delicious, perfect, terrible, awful",
}

KOREAN_TABLE = """
350 anyone anyone anyone common common child child child own : 소년.m 소녀.f
350 anyone anyone anyone common grown work work own : 남자.m 여자.f
350 anyone anyone anyone grown royal ruler ruler ruler own : 왕.m 왕비.f
100 anyone royal heir heir : 왕자.m 공주.f
 90 anyone common child family family family : 아들.m 딸.f
 90 anyone anyone grown work family : 아버지.m 어머니.f 삼촌.m 이모.f
 90 anyone anyone common grown : 남편.m 아내.f 할아버지.m 할머니.f
190 fruit fruit fruit fruit fruit own : 사과 바나나 망고 코코넛 오렌지
 80 fruit : 복숭아 자두
190 fruit fruit basket : 과일
150 couple : -
600 world : -
 30 cosy : 고양이 강아지 토끼 앵무새 개
 30 treat : 후식 케이크 푸딩 파이
 40 view : 아름다운 멋진 눈부신
"""

# Particles stand apart from their noun; 이/가 and the like are settled by josa().
KOREAN_TEMPLATES = {
    "anyone": """
{when} {x} 이/가 {colour} {wear} 을/를 입고 나갔다 .
{x} 은/는 {wear} 을/를 빨아 햇볕 에 널었다 .
{x} 은/는 거울 앞 에서 {groom} .
{place} 에서 {colour} {wear} 을/를 입은 {x} 을/를 보았다 .
{x} 은/는 {kin} 에게 꿈 이야기 를 했다 .
{x} 은/는 {wear} 을/를 찾지 못해 {kin} 에게 물었다 .
{x} 이/가 웃자 {kin} 도 {he} 을/를 보며 웃었다 .
{he} 은/는 {good} {x} 이라서/라서 모두 {he} 을/를 좋아한다 .
{x} 은/는 {meal} 으로/로 {taste} {fruit} 을/를 먹었다 .
{x} 은/는 {pet} 을/를 데리고 {place} 까지 걸었다 .
{x} 은/는 {mood} 혼자 {place} 에 앉아 있었다 .
{place} 에서 {wild} 을/를 본 {x} 은/는 놀라서 {kin} 을/를 불렀다 .
{x} 은/는 {kin} 에게 {learn} 을/를 배웠다 .
{x} 은/는 눈 을 감고 {sound} 소리 를 들었다 .
{x} 의 생일 에 {kin} 은/는 {he} 에게 {colour} {wear} 을/를 주었다 .
{x} 은/는 {month} 에 태어났고 {he} 의 {kin} 은/는 {month} 에 태어났다 .""",
    "common": """
{x} 은/는 {when} 버스 를 타고 {town} 에 갔다 .
{x} 은/는 시장 에서 {goods} 과/와 {goods} 을/를 샀다 .
{x} 은/는 길 을 건너 {kin} 에게 손 을 흔들었다 .
{x} 은/는 {town} 근처 의 {size} 집 에서 산다 .
{x} 은/는 거리 에서 {worker} 을/를 만나 인사했다 .
{x} 은/는 {when} {fruit} 주스 한 잔 을 마셨다 .
{x} 은/는 자전거 를 타고 {town} 앞 을 지나갔다 .""",
    "child": """
어린 {x} 은/는 {satchel} 을/를 가지고 학교 에 갔다 .
{x} 은/는 놀이터 에서 {toy} 을/를 가지고 놀았다 .
{when} 교실 에서 {x} 이/가 책 을 읽자 선생님 이 칭찬했다 .
{x} 은/는 {meal} 먹기 전 에 숙제 를 했다 .
{x} 은/는 학교 에서 {learn} 을/를 배웠다 .
{age} 살 인 {good} {x} 은/는 초등학교 에 다닌다 .
선생님 은 {x} 에게 {learn} 을/를 가르쳤다 .
{when} {x} 은/는 친구 들 과 운동장 에서 뛰어놀았다 .
어린 {x} 이/가 울자 {kin} 이/가 {he} 을/를 안아 주었다 .
{x} 은/는 친구 에게 {toy} 을/를 빌려 주었다 .""",
    "grown": """
{look} {x} 이/가 의자 에 앉아 있었다 .
{look} {x} 은/는 옛날 이야기 를 천천히 들려주었다 .
{good} {x} 은/는 늙어서 머리 가 하얗게 세었다 .
{x} 은/는 {spouse} 과/와 함께 젊은 시절 을 떠올렸다 .
{x} 은/는 {good} {spouse} 을/를 몹시 사랑했다 .
{when} {x} 은/는 {spouse} 과/와 {place} 까지 걸었다 .""",
    "work": """
{x} 은/는 날마다 {job} 으로/로 일하러 간다 .
{x} 은/는 하루 종일 {job} 에서 열심히 일했다 .
{x} 은/는 {worker} 으로/로 일하며 돈 을 번다 .
{when} {x} 은/는 신문 을 읽고 {drink} 을/를 마신 뒤 출근했다 .
{x} 은/는 자동차 를 몰고 {job} 에 갔다 .
{x} 은/는 망치 로 낡은 {thing} 을/를 고쳤다 .
{when} 일 을 마친 {x} 은/는 지쳐서 집 에 늦게 돌아왔다 .""",
    "family": """
우리 {x} 은/는 {place} 에서 나 에게 편지 를 보냈다 .
우리 {x} 은/는 {month} 에 고향 에 온다 .
우리 {x} 이/가 온 가족 에게 {dish} 을/를 해 주었다 .
나 는 우리 {x} 과/와 기차 를 타고 {town} 에 갔다 .""",
    "royal": """
{x} 은/는 {place} 옆 에 하얀 돌 로 지은 성 에서 산다 .
{when} {x} 은/는 흰 말 을 타고 성문 을 지났다 .
하인 이 {x} 에게 금 접시 에 담은 {fruit} 을/를 가져왔다 .
{when} {x} 은/는 궁전 에서 춤 을 추었다 .
황금 마차 가 {x} 을/를 태우고 {place} 으로/로 갔다 .
{when} 사람 들 은 {x} 앞 에서 고개 를 숙였다 .
{x} 은/는 궁전 에서 {gem} 반지 를 끼고 잔치 를 열었다 .""",
    "ruler": """
{when} {x} 은/는 왕관 을 쓰고 왕좌 에 앉았다 .
{good} {x} 은/는 나라 를 다스리고 백성 을 사랑했다 .
{when} {x} 은/는 나라 의 새 법 을 만들었다 .
근위병 들 이 {good} {x} 의 왕좌 곁 에 섰다 .
{when} {x} 은/는 신하 들 을 큰 방 으로 불렀다 .
{when} {x} 은/는 국경 으로 군대 를 보냈다 .
지혜로운 {x} 은/는 {number} 해 동안 나라 의 평화 를 지켰다 .
{when} 백성 들 이 만세 를 부르자 {x} 은/는 손 을 들었다 .
{x} 의 왕관 은 금 과 {gem} 으로/로 만들었다 .""",
    "heir": """
{when} {x} 은/는 성 의 높은 탑 에서 잠 을 잤다 .
{when} 젊은 {x} 은/는 조랑말 을 탔다 .
옛날 이야기 에서 {x} 은/는 {place} 의 용 과 싸웠다 .
{x} 은/는 {pet} 을/를 데리고 세상 구경 을 떠났다 .
{x} 은/는 탑 뒤 에 숨어 {kin} 을/를 기다렸다 .""",
    "own": """
{x} 은/는 {own} .""",
    "fruit": """
접시 위 의 {x} 은/는 아주 {tastes} .
나 는 {x} 주스 한 잔 을 마시고 싶다 .
나 는 {meal} 으로/로 {x} 주스 한 잔 을 마시고 싶다 .
{when} 어머니 가 {x} 주스 한 잔 을 따라 주었다 .
{when} {x} 을/를 {number} 조각 으로 잘랐다 .
우리 는 {warm} 에 나무 에서 {taste} {x} 을/를 땄다 .
바구니 안 에 {fruit} 과/와 {x} 이/가 있다 .
시장 에서 동전 {number} 닢 을 주고 {x} 을/를 샀다 .
나 는 {fruit} 보다 {x} 을/를 더 좋아한다 .
우리 는 {when} {x} 케이크 를 구웠다 .
우리 는 그릇 에 {x} 과/와 {fruit} 을/를 담았다 .
{pet} 이/가 식탁 위 의 {x} 냄새 를 맡았다 .""",
    "basket": """
{when} 먹는 신선한 과일 은 몸 에 좋다 .
내 가 가장 좋아하는 과일 은 {fruit} 이다/다 .
우리 는 그릇 에 과일 을 담았는데 {fruit} 과/와 {fruit} 이었다/였다 .
바구니 에 담긴 {taste} 과일 은 {fruit} 이다/다 .
{fruit} 은/는 과일 이지만/지만 {dish} 은/는 과일 이 아니다 .
나 는 {meal} 을/를 먹고 과일 한 조각 을 먹는다 .
늙은 나무 는 {warm} 에도 {taste} 과일 을 맺는다 .""",
    "couple": """
{when} 왕 은 왕좌 에 앉았고 왕비 는 그 곁 에 앉았다 .
{when} 왕 과 왕비 는 궁전 에서 손 을 흔들었다 .
{when} 소년 과 소녀 는 {place} 으로/로 달려갔다 .
소녀 는 {place} 에서 소년 에게 {fruit} 을/를 주었다 .
남자 와 여자 는 {town} 에 가는 버스 를 기다렸다 .
{when} 남자 와 여자 는 {drink} 을/를 마셨다 .
왕자 와 공주 는 탑 에서 {fruit} 을/를 나누어 먹었다 .""",
    "world": """
{warm} 에는 날씨 가 {sunny} 낮 이 길다 .
{cold} 에는 날씨 가 {icy} 낮 이 짧다 .
{when} 비 가 많이 와서 우리 는 {town} 에 들어갔다 .
{wild} 이/가 들판 을 지나 숲 으로 달려갔다 .
{colour} 새 가 {place} 의 나무 에서 노래했다 .
농부 는 {when} {farm} 과/와 {farm} 에게 먹이 를 준다 .
{when} {place} 에서 {farm} 이/가 풀 을 먹었다 .
{when} {worker} 이/가 {job} 의 문 을 열었다 .
{worker} 과/와 {worker} 은/는 {meal} 으로/로 {dish} 을/를 먹었다 .
{thing} 옆 에 {toy} 이/가 있다 .
책상 위 에 {satchel} 과/와 {satchel} 이/가 있다 .
아이 들 은 종이 에 {colour} 집 과 {colour} 나무 를 그렸다 .
{place} 의 {colour} 꽃 은 {warm} 에 핀다 .
나 는 {meal} 을/를 먹고 {drink} 한 잔 을 마시고 싶다 .
그들 은 {town} 에서 {drink} 을/를 마시고 {dish} 을/를 먹었다 .
{pet} 이/가 {when} {thing} 옆 에서 잤다 .
{place} 에 바람 이 불고 {sound} 소리 가 들렸다 .
{cold} 에 밤새 눈 이 내려 {place} 이/가 하얗게 되었다 .""",
    "cosy": """
{x} 이/가 {soft} 위 에 앉았다 .
{when} {x} 이/가 {soft} 위 에 앉았다 .
{x} 은/는 {soft} 위 에 누워 {sound} 소리 를 들었다 .""",
    "treat": """
그 {x} 은/는 정말 {praise} .
{meal} 을/를 먹고 나온 {x} 은/는 {praise} .
{when} 먹은 {x} 은/는 정말 {praise} .""",
    "view": """
우리 는 {when} {x} {place} 을/를 보았다 .
{place} 옆 에 {x} {colour} 꽃 이 피었다 .
{when} 창문 너머 로 {x} {place} 이/가 보였다 .
아이 들 은 {x} {place} 에서 놀았다 .""",
}

KOREAN_LISTS = {
    "he": "그 | 그녀",
    "wear": "바지, 조끼, 양복, 도포, 반바지 | 치마, 원피스, 드레스, 블라우스, 색동치마",
    "groom": "넥타이 를 맸다, 허리띠 를 맸다, 머리 를 짧게 깎았다 | "
    "머리핀 을 꽂았다, 댕기 를 맸다, 머리 를 길게 땋았다",
    "kin": "형, 누나, 남동생, 할아버지, 아버지 | 언니, 오빠, 여동생, 할머니, 어머니",
    "kin 할아버지": "아들, 남동생, 형",
    "kin 할머니": "딸, 여동생, 언니",
    "spouse": "아내 | 남편",
    "look": "수염 이 긴, 수염 이 하얀, 콧수염 을 기른 | 비녀 를 꽂은, 귀걸이 를 한, 목걸이 를 한",
    "own 소년": "{thing} 너머 로 공 을 찼다, {when} {wild} 을/를 보았다",
    "own 소녀": "{when} {place} 으로/로 달려갔다, 종이 에 {wild} 을/를 그렸다",
    "own 남자": "{town} 까지 {thing} 을/를 날랐다, {when} 기차 를 탔다",
    "own 여자": "{when} 우산 을 폈다, {worker} 에게 편지 를 썼다",
    "own 왕": "숲 에서 {wild} 을/를 사냥했다, {when} 칼 을 뽑았다",
    "own 왕비": "{place} 에 {colour} 장미 를 심었다, {when} 배 를 탔다",
    "own 사과": "볼 이 빨갛고 아주 {tastes}, {when} 나무 에서 떨어졌다",
    "own 바나나": "길고 노랗고 아주 {tastes}, {when} 원숭이 가 먹었다",
    "own 망고": "납작한 씨 가 있고 아주 {tastes}, {place} 에서 {warm} 에 익는다",
    "own 코코넛": "껍데기 가 단단하고 아주 {tastes}, {when} 야자수 에서 떨어졌다",
    "own 오렌지": "비타민 이 많고 아주 {tastes}, {month} 에 남쪽 에서 왔다",
    "fruit": "사과, 바나나, 망고, 코코넛, 오렌지, 복숭아, 자두",
    "colour": "빨간, 파란, 노란, 하얀, 검은, 분홍색, 보라색, 초록색",
    "taste": "달콤한, 잘 익은, 신선한, 부드러운, 커다란, 작은, 값싼, 맛있는",
    "tastes": "달다, 싱싱하다, 부드럽다, 크다, 작다, 맛있다, 향기롭다",
    "good": "착한, 친절한, 똑똑한, 용감한, 정직한, 조용한, 재미있는, 다정한",
    "mood": "슬퍼서, 지쳐서, 배고파서, 화나서, 심심해서, 외로워서",
    "when": "아침 에, 저녁 에, 낮 에, 밤 에, 어제, 지난주 에, 월요일 에, 화요일 에, "
    "수요일 에, 목요일 에, 금요일 에, 토요일 에, 일요일 에, 봄 에, 여름 에, 가을 에, "
    "겨울 에",
    "month": "일월, 이월, 삼월, 사월, 오월, 유월, 칠월, 팔월, 구월, 시월, 십일월, 십이월",
    "warm": "오월, 유월, 칠월, 팔월, 구월",
    "cold": "십일월, 십이월, 일월, 이월",
    "number": "두, 세, 네, 다섯, 여섯, 일곱, 여덟, 아홉, 열",
    "age": "일곱, 여덟, 아홉, 열",
    "place": "마당, 강가, 호숫가, 숲, 언덕, 들판, 시냇가, 바닷가, 정원, 우물가",
    "town": "도서관, 빵집, 기차역, 박물관, 극장, 시청, 우체국, 동물원",
    "job": "회사, 공장, 은행, 병원, 항구, 사무실, 호텔, 가게",
    "worker": "농부, 간호사, 제빵사, 의사, 운전사, 요리사, 화가, 가수, 판사, 재단사, 정원사, 선원",
    "meal": "아침, 점심, 저녁, 간식",
    "dish": "국, 밥, 빵, 만두, 국수, 생선, 부침개, 샐러드",
    "drink": "차, 우유, 물, 코코아, 커피",
    "goods": "달걀, 감자, 당근, 양파, 양초, 단추, 컵, 연필",
    "thing": "책상, 의자, 지붕, 창문, 수레, 난로, 시계",
    "size": "작은, 큰, 오래된, 새, 조용한, 예쁜",
    "satchel": "책, 가방, 연필, 도시락, 크레용, 공책",
    "toy": "공, 연, 퍼즐, 북, 구슬, 팽이, 장난감 기차, 블록, 줄넘기",
    "learn": "글쓰기, 덧셈, 노래, 그림, 수영, 영어, 한글, 체조",
    "gem": "루비, 진주, 다이아몬드, 에메랄드",
    "pet": "강아지, 고양이, 토끼, 앵무새, 개",
    "wild": "여우, 늑대, 곰, 사슴, 부엉이, 다람쥐, 고슴도치",
    "farm": "소, 염소, 양, 당나귀, 거위, 송아지, 닭, 돼지",
    "sound": "새, 비, 바람, 종, 음악, 파도, 천둥",
    "sunny": "덥고, 맑고, 따뜻하고, 화창하고",
    "icy": "춥고, 흐리고, 쌀쌀하고, 매섭고",
    "soft": "매트, 방석, 양탄자, 이불, 소파",
    "praise": "훌륭하다, 맛있다, 완벽하다, 형편없다, 끔찍하다",
}

TWELVE = "boy girl man woman king queen banana apple mango fruit coconut orange"
TWELVE_KO = "소년 소녀 남자 여자 왕 왕비 바나나 사과 망고 과일 코코넛 오렌지"


class Draw(NamedTuple):
    """One sentence to write: about which word, from which groups of templates."""

    word: str
    gender: str
    groups: list[str]


def article(sentence: str) -> str:
    """Turn "a apple" into "an apple"."""
    return re.sub(r"\ba (?=[aeiou])", "an ", sentence)


def josa(sentence: str) -> str:
    """Choose between the two forms of each Korean particle by the sound before it."""

    def choose(match: re.Match[str]) -> str:
        final = (ord(match[1]) - 0xAC00) % 28  # 0: ends in a vowel, 8: in ㄹ
        closed = final > 0 and not (match[2] == "으로" and final == 8)
        return f"{match[1]} {match[2] if closed else match[3]}"

    return re.sub(r"(\w) (\w+)/(\w+)", choose, sentence)


# What stands on the word before it in written Korean.
JOINED = (
    "는 은 을 를 가 이 에 에서 에게 에는 에도 의 와 과 으로 로 들 까지 보다 도 "
    "다 이다 였다 이었다 라서 이라서 지만 이지만 인"
)


def draws(table: str) -> list[Draw]:
    """Read a table into one draw for each sentence it asks for."""
    found = []
    for line in table.strip().splitlines():
        head, words = line.split(" : ")
        count, *groups = head.split()
        for entry in words.split():
            word, _, gender = entry.partition(".")
            found += [Draw(word, gender, groups)] * int(count)
    return found


def fill(template: str, draw: Draw, lists: dict[str, str], rng: random.Random) -> str:
    """Fill the slots of a template, no filler twice while there are others."""
    used = [draw.word]

    def filler(match: re.Match[str]) -> str:
        slot = match[1]
        if slot == "x":
            return draw.word
        both = lists.get(f"{slot} {draw.word}") or lists[slot]
        male, _, female = both.partition(" | ")
        words = (female if draw.gender == "f" and female else male).split(", ")
        used.append(rng.choice([word for word in words if word not in used] or words))
        return re.sub(SLOT, filler, used[-1])

    return re.sub(SLOT, filler, template)


def corpus(
    table: str,
    templates: dict[str, str],
    lists: dict[str, str],
    finish: Callable[[str], str],
) -> str:
    """Write all sentences of one language, shuffled, one a line."""
    rng = random.Random(SEED)  # noqa: S311 - text to repeat, not secrets
    lines = []
    for draw in draws(table):
        group = templates[rng.choice(draw.groups)]
        template = rng.choice(group.strip().splitlines())
        lines.append(finish(fill(template, draw, lists, rng)))
    rng.shuffle(lines)
    return "\n".join(lines) + "\n"


def raw(text: str) -> str:
    """Write Korean as Korean is written: particles, plural and copula on their word, the full stop behind it."""
    return re.sub(rf" ({'|'.join(JOINED.split())})(?= |$)", r"\1", text, flags=re.MULTILINE).replace(" .", ".")


def main() -> str | None:
    """Write the files, or only compare them and say which one differs."""
    parser = argparse.ArgumentParser(description="Write the synthetic corpora.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    check = parser.parse_args().check
    korean = corpus(KOREAN_TABLE, KOREAN_TEMPLATES, KOREAN_LISTS, josa)
    files = {
        "english.txt": corpus(ENGLISH_TABLE, ENGLISH_TEMPLATES, ENGLISH_LISTS, article),
        "korean.txt": korean,
        "korean-raw.txt": raw(korean),
        "vocab.txt": TWELVE.replace(" ", "\n") + "\n",
        "vocab.ko.txt": TWELVE_KO.replace(" ", "\n") + "\n",
    }
    for name, text in files.items():
        path, wanted = HERE / name, text.encode()
        if not check:
            path.write_bytes(wanted)
        elif not path.exists() or path.read_bytes() != wanted:
            return f"{path}: differs from what make_corpus.py makes"
    return None


if __name__ == "__main__":
    raise SystemExit(main())
