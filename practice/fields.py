"""Field shorthands, so that every table spells money, states and local dates the same way."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import models


class MoneyField(models.DecimalField):
    """Dollars with two places, numeric(12,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 12, 2
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class ChoiceField(models.CharField):
    """A short word; `one_of` beside it makes the database refuse any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)


def one_of(field: str, choices: type[StrEnum] | type[models.TextChoices], model: str) -> models.CheckConstraint:
    """The database's word that `field` holds one of `choices`."""
    known = [choice.value for choice in choices]
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": known}), name=f"{model}_{field}_known")
