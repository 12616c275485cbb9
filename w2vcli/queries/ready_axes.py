"""Axes that are there by name, in English and in Korean.

    w2v features king apple --axis size --axis 비용

Each is a choice of pairs of plain words. Its negative end comes first. What an axis is worth depends on the model, so
`w2vcli.queries.axis_trust` says it each time.
"""

from __future__ import annotations

from typing import NamedTuple


class ReadyAxis(NamedTuple):
    """An axis by its English and its Korean name, and its pairs as text ``neg:pos,neg:pos`` by language."""

    name: str
    korean_name: str
    pairs: dict[str, str]


# The features of the lecture's table come first. Its rulers are in no pair of gender, so that their gender is an
# answer and no assumption.
READY_AXES = (
    ReadyAxis(
        "gender",
        "성별",
        {
            "en": "man:woman,boy:girl,father:mother,son:daughter,brother:sister,uncle:aunt,grandfather:grandmother,"
            "husband:wife",
            "ko": "남자:여자,소년:소녀,아버지:어머니,아들:딸,할아버지:할머니,삼촌:이모,남편:아내,형:누나,오빠:언니",
        },
    ),
    ReadyAxis(
        "royal",
        "왕족",
        {
            "en": "man:king,woman:queen,boy:prince,girl:princess,house:palace,chair:throne,village:kingdom,hat:crown",
            "ko": "남자:왕,여자:왕비,소년:왕자,소녀:공주,집:궁전,의자:왕좌,모자:왕관",
        },
    ),
    ReadyAxis(
        "age",
        "나이",
        {
            "en": "boy:man,girl:woman,son:father,daughter:mother,father:grandfather,mother:grandmother,puppy:dog,"
            "kitten:cat",
            "ko": "소년:남자,소녀:여자,아들:아버지,딸:어머니,아버지:할아버지,어머니:할머니,강아지:개",
        },
    ),
    ReadyAxis(
        "food",
        "음식",
        {
            "en": "chair:bread,table:cake,stone:apple,ball:orange,door:cheese,window:soup,road:fruit,hat:banana",
            "ko": "의자:빵,책상:케이크,돌:사과,공:오렌지,문:파이,창문:샐러드,길:과일,버스:바나나",
        },
    ),
    ReadyAxis(
        "class",
        "계층",
        {
            "en": "poor:rich,poverty:wealth,beggar:millionaire,servant:master,peasant:noble,worker:owner,hut:mansion,"
            "rags:silk,slum:palace,poorer:richer,poorest:richest,needy:wealthy",
            "ko": "가난:부유,빈곤:부,거지:부자,하인:주인,평민:귀족,서민:재벌,노동자:사장,판자집:저택,빈민:부유층,"
            "가난하다:부유하다",
        },
    ),
    ReadyAxis(
        "size",
        "크기",
        {
            "en": "small:large,little:big,tiny:huge,smaller:bigger,smallest:largest,narrow:wide,dwarf:giant,"
            "miniature:gigantic,mouse:elephant,slight:enormous",
            "ko": "작다:크다,작은:큰,소형:대형,난쟁이:거인,쥐:코끼리,돌멩이:산,연못:바다,개울:강,좁다:넓다,마을:도시",
        },
    ),
    ReadyAxis(
        "cost",
        "비용",
        {
            "en": "cheap:expensive,inexpensive:costly,bargain:luxury,affordable:luxurious,worthless:precious,wool:silk,"
            "copper:gold,glass:diamond,penny:fortune",
            "ko": "싸다:비싸다,싼:비싼,저렴:고급,저가:고가,구리:금,유리:다이아몬드,면:비단,헐값:거금,공짜:유료",
        },
    ),
    ReadyAxis(
        "valence",
        "호감",
        {
            "en": "bad:good,worse:better,worst:best,evil:kind,ugly:beautiful,sad:happy,sorrow:joy,hate:love,"
            "enemy:friend,terrible:wonderful,cruel:gentle,false:true",
            "ko": "나쁘다:좋다,나쁜:좋은,불행:행복,슬픔:기쁨,미움:사랑,적:친구,악:선,최악:최고,추하다:아름답다",
        },
    ),
    ReadyAxis(
        "danger",
        "위험",
        {
            "en": "safe:dangerous,safety:danger,harmless:deadly,safely:dangerously,safer:riskier,"
            "lamb:wolf,peace:war,medicine:poison,gentle:fierce",
            "ko": "안전:위험,평화:전쟁,약:독,친구:적,양:늑대,안심:공포,안전하다:위험하다,순하다:사납다",
        },
    ),
    ReadyAxis(
        "temperature",
        "온도",
        {
            "en": "cold:hot,ice:fire,winter:summer,snow:sun,frost:flame,frozen:burning,icy:fiery,chilly:sunny,"
            "arctic:tropical",
            "ko": "춥다:덥다,차갑다:뜨겁다,얼음:불,겨울:여름,눈:해,추위:더위,차가운:뜨거운,시원하다:따뜻하다",
        },
    ),
)
LECTURE = ("gender", "royal", "age", "food")
LANGUAGES = ("en", "ko")


def find_ready_axis(name: str) -> ReadyAxis | None:
    """Return the axis of an English or a Korean name, or None."""
    return next((axis for axis in READY_AXES if name in (axis.name, axis.korean_name)), None)
