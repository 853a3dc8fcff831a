"""What indicators can count, by the word that a rule uses for it."""

from monitoring.queries.sources.activities import Activities
from monitoring.queries.sources.agreements import Agreements
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, LeftOut, Scope, Source
from monitoring.queries.sources.outcomes import Outcomes
from monitoring.queries.sources.participants import Firms, Persons
from monitoring.rules.vocabulary import Vocabulary

SOURCES: dict[str, Source] = {
    "activities": Activities(),
    "persons": Persons(),
    "firms": Firms(),
    "agreements": Agreements(),
    "outcomes": Outcomes(),
}
VOCABULARY: dict[str, Vocabulary] = {name: source.vocabulary for name, source in SOURCES.items()}

__all__ = ["SOURCES", "VOCABULARY", "Asked", "Count", "EvidenceLine", "LeftOut", "Scope", "Source"]
