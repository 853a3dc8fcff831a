"""The words by which heads, types, formats and states are known, in the languages in which sheets come."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from activities.models import Activity

_NOT_WORD = re.compile(r"[\W_]+")
_ALSO = re.compile(r"[/,;&+]")


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Lower case without accents, signs and double spaces, for comparing."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in text.split("|"))


# What a head may be called: English, Italian, French, Spanish.
HEADS: dict[str, frozenset[str]] = {
    "number": _words(
        "no|nr|n|n o|num|number|sl no|sr no|s no|sno|slno|serial no|serial number|item|item no"
        "|activity no|id|ref"
        "|numero|n ro|ordine|numero d ordine|progressivo|nº|n°|numero d ordre|orden|numero de orden"
    ),
    "title": _words(
        "activity|activities|title|description|action|event|intervention|activity title|name of activity"
        "|activity description|description of activity|particulars|activities undertaken|title as printed"
        "|attivita|titolo|descrizione|azione|evento|intervento|iniziativa|descrizione attivita"
        "|descrizione dell attivita|activite|activites|titre|intitule|evenement|action menee"
        "|description de l activite|actividad|actividades|titulo|descripcion|accion|evento|intervencion"
        "|descripcion de la actividad"
    ),
    "period": _words(
        "date|dates|date s|period|month|months|when|completed|completion|completed on|completed in"
        "|date completed"
        "|completion date|date of completion|month of completion|completion month|month completed"
        "|month year"
        "|time|timeline|timing|time frame|timeframe|duration|schedule|date month|date as printed"
        "|period text"
        "|date text as printed|start|start date|from|starting date|begin"
        "|data|periodo|mese|mesi|quando|completamento|data di completamento|mese di completamento"
        "|completata"
        "|completato|data di svolgimento|svolgimento|inizio|data inizio|dal|da|tempi|calendario"
        "|periode|mois|quand|achevement|date d achevement|mois d achevement|calendrier|echeance|realisation"
        "|date de realisation|debut|date de debut|du|de|acheve"
        "|fecha|fechas|mes|meses|cuando|plazo|finalizacion|fecha de finalizacion|mes de finalizacion"
        "|terminado"
        "|fecha de realizacion|cronograma|inicio|fecha de inicio|desde"
    ),
    "period_end": _words(
        "end|end date|to|till|until|ending date|finish|fine|data fine|al|fino al|fin|date de fin|au"
        "|jusqu au"
        "|fecha de fin|hasta"
    ),
    "kind": _words(
        "type|kind|category|class|activity type|type of activity|kind of activity|tipo|tipologia"
        "|categoria|classe"
        "|genere|natura|tipo attivita|tipo di attivita|tipo di azione|categoria di attivita"
        "|categorie|genre|nature|type d activite|type d action|nature de l activite|categorie d activite"
        "|clase|naturaleza|tipo actividad|tipo de actividad|tipo de accion|categoria de actividad"
        "|type of twinning|twinning type|nature of activity|classification"
    ),
    "format": _words(
        "format|form|event format|activity format|format of event|format of the event|format of activity"
        "|form of event|form of the event|form of activity|event type|type of event|kind of event"
        "|formato|forma|formato dell evento|formato dell attivita|forma dell evento|forma dell attivita"
        "|tipo di evento|tipo evento|tipologia di evento"
        "|forme|format de l evenement|format de l activite|forme de l evenement|forme de l activite"
        "|type d evenement|nature de l evenement"
        "|formato del evento|formato de la actividad|forma del evento|forma de la actividad|tipo de evento"
    ),
    "status": _words(
        "status|state|progress|current status|activity status|stato|stato di avanzamento|avanzamento"
        "|statut|etat"
        "|avancement|etat d avancement|estado|situacion|avance"
    ),
    "organiser": _words(
        "organiser|organizer|organised by|organized by|organisers|organizers|responsible"
        "|implementing agency|by"
        "|organizzatore|organizzato da|ente organizzatore|responsabile|organisateur|organise par"
        "|responsable"
        "|organizador|organizado por"
    ),
    "venue": _words(
        "venue|place|location|where|city|town|luogo|sede|citta|dove|localita|lieu|endroit|ville|ou"
        "|lugar|sede"
        "|ciudad|donde|localidad"
    ),
    "note": _words(
        "note|notes|remark|remarks|comment|comments|observations|nota|osservazioni|commenti|commento"
        "|remarque"
        "|remarques|commentaire|commentaires|observaciones|notas|comentarios|comentario"
    ),
    "tags": _words(
        "tag|tags|keyword|keywords|code|etichetta|etichette|parole chiave|mots cles|etiqueta|etiquetas"
    ),
}

KINDS: dict[str, str] = {
    word: kind
    for kind, words in {
        Activity.Kind.TB: "tb|trust building|confidence building|creazione di fiducia"
        "|costruzione della fiducia|renforcement de la confiance|creation de confiance"
        "|generacion de confianza|creacion de confianza|fomento de la confianza",
        Activity.Kind.PR: "pr|preparatory|preparation|preparatory work|preparatory activity"
        "|preparatory activities|preparatoria|preparatorio|preparazione|attivita preparatoria|preparatoire"
        "|activite preparatoire|preparacion|actividad preparatoria",
        Activity.Kind.NT: "nt|non twinning capability building|non twinning|nontwinning|capability building"
        "|capacity building|rafforzamento delle capacita|renforcement des capacites|hors jumelage"
        "|fortalecimiento de capacidades|sin hermanamiento",
        Activity.Kind.LH: "lh|low hanging twinning|low hanging|low hanging fruit|risultati rapidi"
        "|gemellaggio di breve periodo|resultats rapides|jumelage a court terme|resultados rapidos"
        "|hermanamiento a corto plazo",
        Activity.Kind.LR: "lr|long run twinning|long run|long term twinning|long term|lungo periodo"
        "|gemellaggio di lungo periodo|long terme|jumelage a long terme|largo plazo"
        "|hermanamiento a largo plazo",
    }.items()
    for word in words.split("|")
}

FORMAT_WORDS: dict[str, str] = {
    Activity.Format.WORKSHOP: "workshop|workshops|seminar|seminars|workshop or seminar|awareness programme"
    "|awareness session|awareness workshop|session|conference|symposium|webinar"
    "|seminario|seminari|laboratorio|officina|workshop o seminario|convegno|conferenza|giornata di studio"
    "|sensibilizzazione|atelier|ateliers|seminaire|seminaires|atelier ou seminaire|colloque|conference"
    "|journee d etude|sensibilisation|taller|talleres|seminarios|taller o seminario|conferencia|jornada"
    "|sensibilizacion",
    Activity.Format.TRAINING: "training|trainings|training course|training courses|training programme"
    "|training program|course|courses|classroom training|class room training|overseas training"
    "|formazione|corso|corsi|corso di formazione|corsi di formazione|addestramento|formazione in aula"
    "|formation|formations|cours|stage|stage de formation|cours de formation|formation en salle"
    "|capacitacion|formacion|curso|cursos|curso de formacion|curso de capacitacion|entrenamiento",
    Activity.Format.ON_SITE: "on site|onsite|on site training|onsite training|training on site"
    "|training on site in firms|in firms|in company|in company training|in house training|in plant training"
    "|factory level training|training in firms|hand holding|handholding"
    "|in azienda|nelle aziende|formazione in azienda|corso in azienda|formazione sul posto|in loco"
    "|addestramento in azienda|affiancamento"
    "|sur site|en entreprise|formation sur site|formation en entreprise|formation sur place"
    "|accompagnement en entreprise|en la empresa|en empresas|en planta|in situ|formacion en la empresa"
    "|formacion en empresas|capacitacion en planta|capacitacion en la empresa|capacitacion en empresas",
    Activity.Format.VISIT: "visit|visits|study tour|study tours|study visit|visit or study tour"
    "|exposure visit|factory visit|field visit|tour|delegation|mission"
    "|visita|visite|visita di studio|viaggio di studio|visita aziendale|visita o viaggio di studio"
    "|missione|delegazione|visite d etude|voyage d etude|voyage d etudes|visite d entreprise"
    "|visite ou voyage d etude|visitas|visita de estudio|viaje de estudio|viaje de estudios"
    "|gira de estudio|visita a empresas|visita o viaje de estudio|mision|delegacion",
    Activity.Format.FAIR: "fair|fairs|exhibition|exhibitions|fair or exhibition|trade fair|trade show|expo"
    "|joint stand|stand|fiera|fiere|esposizione|mostra|salone|fiera o esposizione|fiera commerciale"
    "|foire|foires|salon|salons|exposition|foire ou exposition|salon professionnel"
    "|feria|ferias|exposicion|feria o exposicion|feria comercial|salon comercial",
    Activity.Format.SHOW: "technology show|technology shows|technology transfer show"
    "|technology transfer shows|technology demonstration|technology fair|demonstration of technology"
    "|vetrina tecnologica|presentazione di tecnologie|dimostrazione tecnologica"
    "|dimostrazione di tecnologie|vitrine technologique|presentation de technologies"
    "|demonstration technologique|demonstration de technologies|muestra tecnologica"
    "|muestra de tecnologia|demostracion tecnologica|presentacion de tecnologias",
    Activity.Format.MEETING: "meeting|meetings|committee meeting|interaction meeting|interaction|b2b meeting"
    "|brainstorming|riunione|riunioni|incontro|incontri|incontro b2b|reunion|reunions|rencontre|rencontres"
    "|rencontre b2b|reuniones|encuentro|encuentros|encuentro b2b",
    Activity.Format.STUDY: "study|studies|assessment|assessments|study or assessment|audit|diagnostic"
    "|diagnostic study|diagnosis|survey|mapping|evaluation|baseline survey|training needs assessment"
    "|studio|studi|valutazione|studio o valutazione|diagnosi|studio diagnostico|indagine|mappatura"
    "|etude|etudes|etude ou evaluation|etude diagnostique|enquete|cartographie|diagnostique"
    "|estudio|estudios|evaluacion|estudio o evaluacion|auditoria|diagnostico|encuesta|mapeo",
    Activity.Format.OTHER: "other|others|something else|altro|altra|autre|autres|otro|otra|otros",
}
FORMATS = {word: form for form, words in FORMAT_WORDS.items() for word in words.split("|")}

# "" stands for: as the period says.
STATES: dict[str, str] = {
    word: state
    for state, words in {
        "planned": "planned|due|scheduled|tentative|to do|not started|upcoming|pianificata|pianificato"
        "|prevista"
        "|previsto|programmata|da fare|prevu|prevue|planifie|planifiee|a faire|previsto|prevista"
        "|planificado"
        "|planificada|programado|pendiente|da confermare|a confirmer|por confirmar",
        "ongoing": "ongoing|on going|in progress|under way|underway|running|continuing|started|in corso"
        "|en cours"
        "|en curso|en marcha",
        "done": "done|completed|complete|finished|closed|held|conducted|completata|completato|conclusa"
        "|concluso"
        "|fatto|svolta|realise|realisee|termine|terminee|acheve|achevee|fait|realizado|realizada|terminado"
        "|terminada|completado|completada|hecho",
        "cancelled": "cancelled|canceled|dropped|abandoned|annullata|annullato|annule|annulee|cancelado"
        "|cancelada"
        "|anulado|anulada",
        "": "undated|not known|unknown|n a|na|tbd",
    }.items()
    for word in words.split("|")
}

TOTALS = _words(
    "total|totals|grand total|sub total|subtotal|sum|total activities|totale|totali|somma"
    "|totale attivita|totaux"
    "|total general|sous total|suma|totales|subtotales"
)


@lru_cache(maxsize=1024)
def kind_of(text: str) -> str:
    """The type that a cell names, by its code, its name or both ("TB – Trust-building"); "" for none."""
    words = normal(text)
    for code in Activity.Kind.values:
        short = code.lower()
        if words.startswith(f"{short} "):
            return code if KINDS.get(words.removeprefix(f"{short} ")) == code else ""
        if words.endswith(f" {short}"):
            return code if KINDS.get(words.removesuffix(f" {short}")) == code else ""
    return KINDS.get(words, "")


@lru_cache(maxsize=1024)
def format_of(text: str) -> str:
    """The format that a cell names, in one word or in several for the same ("Workshop/Seminar"); "" for none."""
    whole = FORMATS.get(normal(text))
    if whole:
        return whole
    named = {FORMATS.get(normal(part), "") for part in _ALSO.split(text)}
    return named.pop() if len(named) == 1 else ""


def is_head(field: str, text: str) -> float:
    """How well a head names a field: 1 for its very words, 0.7 for a head that contains them, else 0."""
    words = normal(text)
    if not words:
        return 1.0 if field == "number" and text.strip() in ("#", "№") else 0.0
    if words in HEADS[field]:
        return 1.0
    inside = f" {words} "
    if len(words) < 60 and any(len(name) > 3 and f" {name} " in inside for name in HEADS[field]):
        return 0.7
    return 0.0
