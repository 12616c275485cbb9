"""How likely a text is in the languages of older encodings, by how often they use their characters.

An encoding of bytes is judged by the text that it makes of them. A model of a language is a list of its most frequent
characters in order, and the rest of its script. The share of a frequent character falls with its rank (Zipf). The rest
shares what is left. All characters of ASCII are equally likely, since they tell nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

# Shares of the frequent characters, of the rest of a script, and of the marks that most texts have.
_FREQUENT, _REST, _MARKS = 0.8, 0.15, 0.04
_COMMON_MARKS = "\u00a0«»“”‘’–—…„‚°§·•€£©®™×"
_UNLIKELY = -14.0  # natural logarithm of the share of a character that the language does not use
_ASCII = math.log(1 / 30)
_UPPER_CASE = 1 / 20
_RANKS = 10
# A letter of another script between letters of ASCII.
_LETTER_IN_ASCII = re.compile(r"(?<=[A-Za-z])[^\W_A-Za-z0-9]|[^\W_A-Za-z0-9](?=[A-Za-z])")
_MIXED_WORD = -3.0


@dataclass(frozen=True)
class Language:
    """A language, or several that share their letters: the encodings of its texts, the best known first.

    ``frequent`` are its most frequent characters that are not ASCII, the most frequent first; ``script`` are the
    first and the last character of each range in which they all lie.
    """

    encodings: tuple[str, ...]
    frequent: str
    script: str

    @cached_property
    def _shares(self) -> dict[str, float]:
        weights = {character: 1 / (rank + _RANKS) for rank, character in enumerate(self.frequent)}
        for character, weight in list(weights.items()):
            upper = character.upper()
            if len(upper) == 1 and upper not in weights:
                weights[upper] = weight * _UPPER_CASE
        whole = sum(weights.values())
        marks = {mark: math.log(_MARKS / len(_COMMON_MARKS)) for mark in _COMMON_MARKS}
        return marks | {character: math.log(_FREQUENT * weight / whole) for character, weight in weights.items()}

    @cached_property
    def _share_of_the_rest(self) -> float:
        return math.log(_REST / sum(ord(last) - ord(first) + 1 for first, last in self._ranges))

    @cached_property
    def _ranges(self) -> list[tuple[str, str]]:
        return list(zip(self.script[::2], self.script[1::2], strict=True))

    @cached_property
    def _is_latin(self) -> bool:
        return unicodedata.name(self.frequent[0]).startswith("LATIN")

    def likelihood(self, text: str) -> float:
        """Return the natural logarithm of how likely ``text`` is. Compare it only for texts of the same bytes."""
        found = sum(map(self._one, text))
        if not self._is_latin:
            found += _MIXED_WORD * len(_LETTER_IN_ASCII.findall(text))
        return found

    def _one(self, character: str) -> float:
        if character.isascii():
            return _ASCII
        known = self._shares.get(character)
        if known is not None:
            return known
        if any(first <= character <= last for first, last in self._ranges):
            return self._share_of_the_rest
        return _UNLIKELY


_HAN = "一鿿、。《】！～"
_CYRILLIC = "Ѐґ№№"

LANGUAGES = (
    Language(  # Korean, by reviews of films
        ("cp949", "johab", "utf-16-le", "utf-16-be"),
        "이다는화영지고하의가한만에아기나도은어보재로을리그게미스있인라서시무요니정들데대사말면마음없수감해좋진전를었적자"
        "작상연으내주장여우네너거드밌오최점봤던야했과생동안성제았볼까부운소것간일더않구본비러모때와치랑유중런디히신루공함"
        "각할같분느난실래물방월년위국문회세관경개조등계행원제발단선학교민",
        "가힣ㄱㅣ、。《】",
    ),
    Language(  # simplified Chinese
        ("gb18030", "utf-16-le", "utf-16-be"),
        "的，。一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
        "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公"
        "此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代"
        "内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少"
        "报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强",
        _HAN,
    ),
    Language(  # traditional Chinese
        ("cp950", "big5hkscs", "utf-16-le", "utf-16-be"),
        "的，。一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種"
        "事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公"
        "此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代"
        "內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少"
        "報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強",
        _HAN,
    ),
    Language(  # Japanese
        ("cp932", "euc_jp", "euc_jis_2004", "shift_jis_2004", "utf-16-le", "utf-16-be"),
        "のいるをたに、。しはてとがなでかっすられもこうりまきくさだけあつせそじよんどえおちみやわ一人日大ーンスルトリアイラクシ年"
        "出本中子見国言上分生手自行者二間事思時気会十家女三前的方入小地合後目長場代私下立部学物月田彼力何内金新高政社定明水同"
        "対文今作当取通動山発主回理名心所実業外先男意体不度面連東道現京カドレコマタフロジテプッサニムグメオナキバゆめろひねびば",
        "ぁんァヺ一鿿、。「】！～",
    ),
    Language(  # Russian, Ukrainian, Bulgarian
        ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic"),
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ",
        _CYRILLIC,
    ),
    Language(  # western Europe
        ("cp1252", "latin_1", "iso8859_15", "mac_roman", "cp850"),
        "éäüöàèßçáíóêñåøæãõôîúûùâëïœìòÉ¿¡ª",
        "ÀÿŒœ",
    ),
    Language(  # central Europe
        ("cp1250", "iso8859_2", "cp852"),
        "áíéłężóąčšěřůśżýćžúńťďőűöüäľňźôđăîâşţ",
        "Áž",
    ),
    Language(("cp1254", "iso8859_9"), "ıüşğöçİâîû", "Çş"),  # Turkish
    Language(("cp1257", "iso8859_13"), "āšīūēžąėįčņäõüöųļęķģ", "Äž"),  # the Baltic
    Language(("cp1253", "iso8859_7"), "αοιετσνηυρπκμλςωδγίχόάθέφήβξύζώψ", "΄ώ"),  # Greek
    Language(("cp1255", "iso8859_8"), "יוהלארתבמשןעםדקחפכנגטצזסךףץ", "ְ״"),  # Hebrew
    Language(("cp1256", "iso8859_6"), "الينمتوربعدسفهكقأحجشصىطخةضزذثئءغظآإؤیکپچگ،؟", "،ی"),  # Arabic, Persian
    Language(("cp874",), "านรอกเงมยลวดทสตะปบคหแจพชขใไโผซณถศฉญธฟภษฐฏฬฆฌฎฑฒฤฮาิีึืุู่้๊๋็์ำัๆ", "ก๛"),  # Thai
    Language(("cp1258",), "đáàảạăâêôơưếộ̣̀́̉̃", "Àư"),  # Vietnamese
)
