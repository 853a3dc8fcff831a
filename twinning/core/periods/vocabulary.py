"""The words of dates, as data: one `Language` per language. To add a language, add one here
(docs/periods.md).

Spellings are written as people write them; the lexer compares them without case and without Latin accents,
so "février" also covers "FEVRIER". A spelling may have several words ("to be decided") and may contain
digits or punctuation ("n/a"). Where languages share a spelling, the meanings must agree, or the first
language wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The part that a word plays in a date text."""

    NUMBER = "number"
    WORD = "word"  # no known meaning
    PUNCTUATION = "punctuation"
    TIME = "time"  # a time of day
    MONTH = "month"  # value 1 to 12
    WEEKDAY = "weekday"
    YEAR_UNIT = "year unit"  # 년, after the number
    MONTH_UNIT = "month unit"  # 월
    DAY_UNIT = "day unit"  # 일
    ORDINAL = "ordinal"  # an ending glued to a number: st, nd; the words first, second have a value
    QUARTER = "quarter"
    HALF = "half"  # a half year; value 1 or 2 where the word tells which
    SEASON = "season"  # value 1 spring, 2 summer, 3 autumn, 4 winter
    FISCAL = "fiscal"
    PART = "part"  # early, mid, late: makes a date approximate
    TO = "to"  # between two dates
    UNTIL = "until"  # between two dates, or before one
    AND = "and"
    OR = "or"
    FROM = "from"  # may open an interval or merely introduce one
    SINCE = "since"  # always leaves the end open
    BETWEEN = "between"
    POST_FROM = "post from"  # stands after the date: 부터, से
    POST_UNTIL = "post until"  # 까지, तक
    ONWARDS = "onwards"
    ONGOING = "ongoing"
    NOW = "now"  # "to date", "till now": an open end after a start
    UNKNOWN = "unknown"
    ABOUT = "about"
    MAYBE = "maybe"
    TENTATIVE = "tentative"  # heeded in the cell and in the title
    EXPECTED = "expected"  # heeded in the cell only: titles speak of "proposed workplans"
    FILLER = "filler"  # of, the, on
    SHIFTING = "shifting"  # before, postponed: left over, it changes what the date means


@dataclass(frozen=True)
class Language:
    """Words of one language.

    months: twelve groups separated by "|", each the spellings of a month separated by blanks: the full name
    first, then the short name used for printing. weekdays: all spellings in one text. words: spellings by
    kind, separated by "|". values: spellings with a value, for HALF, SEASON and ORDINAL. printing: see
    `Printing`.
    """

    code: str
    months: str
    printing: Printing
    weekdays: str = ""
    words: Mapping[Kind, str] = field(default_factory=dict)
    values: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)

    @property
    def month_spellings(self) -> list[list[str]]:
        """The spellings of each of the twelve months."""
        return [group.split() for group in self.months.split("|")]


@dataclass(frozen=True)
class Printing:
    """How dates are printed. Every form must be one that the reader understands (a test checks it)."""

    day: str = "{day} {month} {year}"
    month: str = "{month} {year}"
    year: str = "{year}"
    span: str = "{start} – {end}"
    since: str = "since {start}"
    until: str = "until {end}"
    ongoing: str = "ongoing"
    about: str = "about {text}"
    short_months: bool = True
    capital_months: bool = False


ENGLISH = Language(
    "en",
    months="january jan|february feb febr|march mar|april apr|may may|june jun|"
    "july jul|august aug|september sep sept|october oct|november nov|december dec",
    printing=Printing(capital_months=True),
    weekdays=(
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    ),
    words={
        Kind.ORDINAL: "st|nd|rd|th",
        Kind.QUARTER: "quarter|qtr|q|quarters",
        Kind.HALF: "half|h|half year|half-year",
        Kind.FISCAL: "fy|f.y.|fiscal year|financial year|fiscal",
        Kind.PART: "early|mid|middle|middle of|late|beginning of|start of|end|end of|first week of|"
        "1st week of|2nd week of|3rd week of|4th week of|"
        "second week of|third week of|fourth week of|last week of|first fortnight of|"
        "second fortnight of|week of",
        Kind.UNTIL: "to|till|until|til|thru|through|up to|upto|by|no later than|not later than",
        Kind.AND: "and|as well as|then|also|plus|again",
        Kind.OR: "or",
        Kind.FROM: "from|starting|starting from|beginning|w.e.f.|with effect from|commencing",
        Kind.SINCE: "since|ongoing since|running since|continuing since",
        Kind.BETWEEN: "between",
        Kind.ONWARDS: "onwards|onward|and onwards|and later",
        Kind.ONGOING: "ongoing|on-going|on going|continuing|continuous|continued|in progress|under way|"
        "underway|still running|to be continued",
        Kind.NOW: "present|date|now|today|to date|to-date|till date|till now|to present|till present|"
        "the present|current",
        Kind.UNKNOWN: "n/a|n.a.|na|nil|none|tbd|t.b.d.|tba|t.b.a.|to be decided|to be defined|"
        "to be announced|to be determined|to be fixed|to be scheduled|not known|unknown|not stated|"
        "not available|not applicable|not yet decided|not decided|not fixed|undated|no date|nd|"
        "yet to start|not started|not yet started|date to be decided|date to be fixed",
        Kind.ABOUT: "about|around|approx|approximately|approx.|c.|ca|ca.|circa|roughly|some time in|"
        "sometime in",
        Kind.MAYBE: "possibly|probably|perhaps|maybe|presumably|likely",
        Kind.TENTATIVE: "tentative|tentatively|provisional|provisionally|to be confirmed|tbc|t.b.c.",
        Kind.EXPECTED: "proposed|expected|planned|scheduled",
        Kind.FILLER: "of|the|on|in|during|at|month of|year|a.d.|ad|dated|date:|dates:|period:|held",
        Kind.SHIFTING: "before|after|not|except|excluding|postponed|cancelled|canceled|week|weeks|month|"
        "months|days|years|later|earlier|instead",
    },
    values={
        Kind.ORDINAL: {"first": 1, "second": 2, "third": 3, "fourth": 4},
        Kind.SEASON: {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4},
    },
)

ITALIAN = Language(
    "it",
    months="gennaio gen genn|febbraio feb febbr|marzo mar|aprile apr|maggio mag magg|giugno giu|"
    "luglio lug|agosto ago|settembre set sett|ottobre ott|novembre nov|dicembre dic",
    printing=Printing(since="da {start}", until="fino a {end}", ongoing="in corso", about="circa {text}"),
    weekdays="lunedì martedì mercoledì giovedì venerdì sabato domenica lun merc mer gio ven sab dom",
    words={
        Kind.ORDINAL: "o|a|°|mo|esimo",
        Kind.QUARTER: "trimestre|trim|trim.|t",
        Kind.HALF: "semestre|sem|sem.|s",
        Kind.FISCAL: "anno fiscale|esercizio|anno finanziario",
        Kind.PART: "inizio|inizi di|metà|meta|fine|inizio di|metà di|fine di|a fine|a metà|a inizio|"
        "prima metà di|seconda metà di",
        Kind.TO: "al|all'|allo|a",
        Kind.UNTIL: "fino a|fino al|fino all'|sino a|sino al|entro|entro il",
        Kind.AND: "e|ed|poi",
        Kind.OR: "o|oppure",
        Kind.FROM: "da|dal|dall'|dalla|a partire da|a partire dal|a decorrere dal",
        Kind.SINCE: "in corso da|in corso dal|sin da|sin dal|fin dal",
        Kind.BETWEEN: "tra|fra",
        Kind.ONWARDS: "in poi|in avanti",
        Kind.ONGOING: "in corso|continua|tuttora in corso",
        Kind.NOW: "oggi|ad oggi|a oggi",
        Kind.UNKNOWN: "n.d.|da definire|da decidere|da stabilire|non noto|sconosciuto|senza data|s.d.",
        Kind.ABOUT: "circa|verso|intorno a|attorno a",
        Kind.MAYBE: "forse|probabilmente",
        Kind.TENTATIVE: "da confermare|provvisorio|provvisoria",
        Kind.EXPECTED: "previsto|prevista",
        Kind.FILLER: "di|del|dell'|della|dello|dei|il|lo|la|l'|le|i|gli|d'|nel|nell'|nella|mese di|anno",
        Kind.SHIFTING: "prima|dopo|rinviato|annullato|settimana|settimane|mesi|giorni",
    },
    values={
        Kind.ORDINAL: {"primo": 1, "secondo": 2, "terzo": 3, "quarto": 4},
        Kind.SEASON: {"primavera": 1, "estate": 2, "autunno": 3, "inverno": 4},
    },
)

FRENCH = Language(
    "fr",
    months="janvier janv jan|février févr fév fevr|mars mars|avril avr|mai mai|juin juin|"
    "juillet juil|août août aout|septembre sept|octobre oct|novembre nov|décembre déc",
    printing=Printing(since="depuis {start}", until="jusqu'à {end}", ongoing="en cours", about="vers {text}"),
    weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche jeu sam dim",
    words={
        Kind.ORDINAL: "er|ère|re|e|ème|eme|nde",
        Kind.QUARTER: "trimestre",
        Kind.HALF: "semestre",
        Kind.FISCAL: "exercice|année fiscale|année budgétaire",
        Kind.PART: "début|mi|fin|milieu|courant|début de|mi-|fin de|milieu de|au début de|à la fin de|"
        "première quinzaine de|deuxième quinzaine de|première moitié de|seconde moitié de",
        Kind.TO: "au|à|aux",
        Kind.UNTIL: "jusqu'à|jusqu'au|jusqu'aux|jusqu'en|jusqu'|d'ici|d'ici à",
        Kind.AND: "et|puis|ainsi que",
        Kind.OR: "ou",
        Kind.FROM: "dès|à partir de|à partir du|à compter de|à compter du|à partir d'",
        Kind.SINCE: "depuis|depuis le|en cours depuis|en cours depuis le",
        Kind.BETWEEN: "entre",
        Kind.ONWARDS: "et après|et au-delà|et suivants",
        Kind.ONGOING: "en cours|en continu|se poursuit",
        Kind.NOW: "présent|à ce jour|aujourd'hui|ce jour",
        Kind.UNKNOWN: "à définir|à déterminer|à décider|à fixer|à préciser|inconnu|inconnue|non connu|"
        "sans date|n.c.",
        Kind.ABOUT: "vers|environ|aux alentours de",
        Kind.MAYBE: "peut-être|probablement|sans doute",
        Kind.TENTATIVE: "à confirmer|provisoire",
        Kind.EXPECTED: "prévu|prévue",
        Kind.FILLER: "de|du|le|les|en|au mois de|mois de|courant de|année|l'année|des",
        Kind.SHIFTING: "avant|après|reporté|annulé|semaine|semaines|jours",
    },
    values={
        Kind.ORDINAL: {"premier": 1, "première": 1, "deuxième": 2, "troisième": 3, "quatrième": 4},
        Kind.SEASON: {"printemps": 1, "été": 2, "automne": 3, "hiver": 4},
    },
)

SPANISH = Language(
    "es",
    months="enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|"
    "julio jul|agosto ago|septiembre sep setiembre sept|octubre oct|noviembre nov|diciembre dic",
    printing=Printing(since="desde {start}", until="hasta {end}", ongoing="en curso", about="hacia {text}"),
    weekdays="lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb",
    words={
        Kind.ORDINAL: "ro|do",
        Kind.QUARTER: "trimestre",
        Kind.HALF: "semestre",
        Kind.FISCAL: "año fiscal|ejercicio|ejercicio fiscal",
        Kind.PART: "principios de|a principios de|mediados de|a mediados de|finales de|a finales de|"
        "fines de|primera mitad de|segunda mitad de|primera quincena de|segunda quincena de",
        Kind.TO: "a|al",
        Kind.UNTIL: "hasta|hasta el|a más tardar",
        Kind.AND: "y|luego|después",
        Kind.OR: "o|u",
        Kind.FROM: "desde|a partir de|a partir del|desde el",
        Kind.SINCE: "en curso desde|en curso desde el",
        Kind.BETWEEN: "entre",
        Kind.ONWARDS: "en adelante",
        Kind.ONGOING: "en curso|continúa|en marcha",
        Kind.NOW: "hoy|la fecha|presente|la actualidad|actualidad",
        Kind.UNKNOWN: "por definir|por determinar|por decidir|a determinar|a definir|desconocido|"
        "desconocida|sin fecha|s.f.",
        Kind.ABOUT: "hacia|alrededor de|aproximadamente|aprox",
        Kind.MAYBE: "quizás|quizá|tal vez|probablemente|posiblemente",
        Kind.TENTATIVE: "por confirmar|provisional|tentativo|tentativa",
        Kind.EXPECTED: "previsto|prevista",
        Kind.FILLER: "de|del|el|los|la|mes de|año|durante",
        Kind.SHIFTING: "antes|aplazado|cancelado|semana|semanas|meses|días",
    },
    values={
        Kind.ORDINAL: {"primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4},
        Kind.SEASON: {"primavera": 1, "verano": 2, "otoño": 3, "invierno": 4},
    },
)

HINDI = Language(
    "hi",
    months="जनवरी जन|फरवरी फर फ़रवरी फर॰|मार्च मार्च|अप्रैल अप्रै|मई मई|जून जून|"
    "जुलाई जुल|अगस्त अग|सितंबर सित सितम्बर|अक्टूबर अक्टू अक्तूबर|नवंबर नव नवम्बर|दिसंबर दिस दिसम्बर",
    printing=Printing(
        span="{start} से {end} तक",
        since="{start} से जारी",
        until="{end} तक",
        ongoing="जारी",
        about="लगभग {text}",
        short_months=False,
    ),
    weekdays="सोमवार मंगलवार बुधवार गुरुवार बृहस्पतिवार शुक्रवार शनिवार रविवार",
    words={
        Kind.QUARTER: "तिमाही|त्रैमास",
        Kind.HALF: "छमाही",
        Kind.FISCAL: "वित्तीय वर्ष|वित्त वर्ष|वित्तीय साल",
        Kind.PART: "शुरुआत|आरंभ|मध्य|अंत|की शुरुआत|के मध्य|के अंत|की शुरुआत में|के मध्य में|के अंत में",
        Kind.AND: "और|एवं|तथा|व|फिर",
        Kind.OR: "या|अथवा",
        Kind.POST_FROM: "से",
        Kind.POST_UNTIL: "तक",
        Kind.ONWARDS: "के बाद से|से आगे|से आज तक|से अब तक",
        Kind.ONGOING: "जारी|जारी है|चालू|चल रहा है|चल रही है|प्रगति पर|प्रगति में",
        Kind.NOW: "अब तक|आज तक|वर्तमान",
        Kind.UNKNOWN: "अज्ञात|तय नहीं|निर्धारित नहीं|तय होना है|उपलब्ध नहीं|लागू नहीं",
        Kind.ABOUT: "लगभग|करीब|क़रीब",
        Kind.MAYBE: "शायद|संभवतः|सम्भवतः",
        Kind.TENTATIVE: "संभावित|अनंतिम",
        Kind.EXPECTED: "प्रस्तावित",
        Kind.FILLER: "के|का|की|को|में|माह|महीना|वर्ष|सन|सन्|साल|दिनांक|तारीख|तारीख़|ई॰",
        Kind.SHIFTING: "पहले|बाद|स्थगित|रद्द|सप्ताह",
    },
    values={
        Kind.ORDINAL: {
            "पहली": 1,
            "प्रथम": 1,
            "दूसरी": 2,
            "द्वितीय": 2,
            "तीसरी": 3,
            "तृतीय": 3,
            "चौथी": 4,
            "चतुर्थ": 4,
        },
        Kind.SEASON: {"वसंत": 1, "ग्रीष्म": 2, "शरद": 3, "शीत": 4},
    },
)

KOREAN = Language(
    "ko",
    months="일월|이월|삼월|사월|오월|유월|칠월|팔월|구월|시월|십일월|십이월",
    printing=Printing(
        day="{year}년 {number}월 {day}일",
        month="{year}년 {number}월",
        year="{year}년",
        span="{start} ~ {end}",
        since="{start}부터",
        until="{end}까지",
        ongoing="진행 중",
        about="약 {text}",
    ),
    weekdays="월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    words={
        Kind.YEAR_UNIT: "년|年|년도",
        Kind.MONTH_UNIT: "월|月",
        Kind.DAY_UNIT: "일|日",
        Kind.QUARTER: "분기|사분기",
        Kind.HALF: "반기",
        Kind.FISCAL: "회계연도|회계년도",
        Kind.PART: "초|중순|말|초순|하순|상순|중반|경|무렵",
        Kind.AND: "및|그리고|와|과",
        Kind.OR: "또는|혹은",
        Kind.POST_FROM: "부터|에서",
        Kind.POST_UNTIL: "까지",
        Kind.ONWARDS: "이후",
        Kind.ONGOING: "진행 중|진행중|계속|계속 중|진행",
        Kind.NOW: "현재|지금",
        Kind.UNKNOWN: "미정|추후 결정|미상|해당 없음|없음|알 수 없음|추후 공지",
        Kind.ABOUT: "약|대략",
        Kind.MAYBE: "아마|아마도",
        Kind.TENTATIVE: "잠정|잠정적",
        Kind.EXPECTED: "예정",
        Kind.FILLER: "의|에|제",
        Kind.SHIFTING: "이전|연기|취소|주",
    },
    values={
        Kind.HALF: {"상반기": 1, "하반기": 2},
        Kind.SEASON: {"봄": 1, "여름": 2, "가을": 3, "겨울": 4},
    },
)

LANGUAGES = (ENGLISH, ITALIAN, FRENCH, SPANISH, HINDI, KOREAN)

# Month names that are also everyday words ("may", Italian "set", Spanish "mar" ...). Standing alone among
# other words they are not taken for months.
WEAK_MONTHS = ["may", "mar", "march", "mars", "set", "ago", "mai", "gen", "जन", "नव", "अग"]

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
