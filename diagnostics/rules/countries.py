"""Countries by the words that a sentence uses for them: their name and the adjective, in English.

Only for proposing where a solution lies; what a person states in the form counts before it.
"""

from __future__ import annotations

import re

_WORDS = """
AE emirates,emirati|AF afghanistan,afghan|AL albania,albanian|AM armenia,armenian
AR argentina,argentine,argentinian|AT austria,austrian|AU australia,australian|AZ azerbaijan,azerbaijani
BA bosnia,bosnian|BD bangladesh,bangladeshi|BE belgium,belgian|BG bulgaria,bulgarian|BI burundi,burundian
BO bolivia,bolivian|BR brazil,brazilian|BW botswana,botswanan|BY belarus,belarusian|CA canada,canadian
CH switzerland,swiss|CL chile,chilean|CM cameroon,cameroonian|CN china,chinese|CO colombia,colombian
CR costa rica,costa rican|CU cuba,cuban|CY cyprus,cypriot|CZ czechia,czech republic,czech|DE germany,german
DK denmark,danish|DO dominican republic,dominican|DZ algeria,algerian|EC ecuador,ecuadorian
EE estonia,estonian|EG egypt,egyptian|ER eritrea,eritrean|ES spain,spanish|ET ethiopia,ethiopian
FI finland,finnish|FR france,french
GB united kingdom,great britain,british,england,english,scotland,scottish|GE georgia,georgian
GH ghana,ghanaian|GR greece,greek|GT guatemala,guatemalan|HK hong kong|HN honduras,honduran
HR croatia,croatian|HU hungary,hungarian|ID indonesia,indonesian|IE ireland,irish|IL israel,israeli
IN india,indian|IQ iraq,iraqi|IR iran,iranian|IT italy,italian|JO jordan,jordanian|JP japan,japanese
KE kenya,kenyan|KG kyrgyzstan,kyrgyz|KH cambodia,cambodian|KR korea,korean|KZ kazakhstan,kazakh
LA laos,laotian|LB lebanon,lebanese|LK sri lanka,sri lankan|LT lithuania,lithuanian|LV latvia,latvian
LY libya,libyan|MA morocco,moroccan|MD moldova,moldovan|MG madagascar,malagasy|MK north macedonia,macedonian
MM myanmar,burmese|MN mongolia,mongolian|MT malta,maltese|MU mauritius,mauritian|MX mexico,mexican
MY malaysia,malaysian|MZ mozambique,mozambican|NA namibia,namibian|NG nigeria,nigerian
NI nicaragua,nicaraguan|NL netherlands,holland,dutch|NO norway,norwegian|NP nepal,nepalese|NZ new zealand
OM oman,omani|PA panama,panamanian|PE peru,peruvian|PH philippines,philippine,filipino|PK pakistan,pakistani
PL poland,polish|PT portugal,portuguese|PY paraguay,paraguayan|QA qatar,qatari|RO romania,romanian
RS serbia,serbian|RU russia,russian|RW rwanda,rwandan|SA saudi arabia,saudi|SD sudan,sudanese
SE sweden,swedish|SG singapore,singaporean|SI slovenia,slovenian|SK slovakia,slovak|SN senegal,senegalese
SV el salvador,salvadoran|SY syria,syrian|TH thailand,thai|TJ tajikistan,tajik|TM turkmenistan,turkmen
TN tunisia,tunisian|TR turkey,türkiye,turkish|TW taiwan,taiwanese|TZ tanzania,tanzanian|UA ukraine,ukrainian
UG uganda,ugandan|US united states,usa,american|UY uruguay,uruguayan|UZ uzbekistan,uzbek
VE venezuela,venezuelan|VN viet nam,vietnam,vietnamese|YE yemen,yemeni|ZA south africa,south african
ZM zambia,zambian|ZW zimbabwe,zimbabwean
"""


def _read() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in re.split(r"[|\n]", _WORDS.strip()):
        code, words = entry.split(" ", 1)
        found |= dict.fromkeys(words.split(","), code)
    return found


CODES = _read()
KNOWN = frozenset(CODES.values())
# Longest first, so that "south african" is not taken for a part of it.
_NAMED = re.compile(
    r"\b(" + "|".join(re.escape(word) for word in sorted(CODES, key=len, reverse=True)) + r")s?\b"
)


def countries_in(text: str) -> list[str]:
    """The codes of the countries that a text names, in its order, each once."""
    return list(dict.fromkeys(CODES[match] for match in _NAMED.findall(text.casefold())))
