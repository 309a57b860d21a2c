"""What the whole API shares: permissions, errors, idempotent writes, lists."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import TextChoices
from django.utils.timezone import is_naive
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    inline_serializer,
)
from rest_framework import exceptions, serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView, exception_handler

from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.locks import one_at_a_time
from practice.models import IdempotencyKey

PAGE = 50
KEY = "Idempotency-Key"
KEY_PARAMETER = OpenApiParameter(
    KEY,
    {"type": "string", "pattern": "^[ -~]{8,80}$"},
    location=OpenApiParameter.HEADER,
    required=True,
    description="Made by you, new for each thing you want done once. The same key gives the same answer.",
)


class Replayed(Exception):
    """This write was answered before; here is the answer."""

    def __init__(self, row: IdempotencyKey) -> None:
        self.row = row


class HouseView(APIView):
    """An API view inside a practice. Writes carry an Idempotency-Key and are answered once.

    What can be read says what it shows, as `@allows` does for pages: `shows` or `listing`.
    """

    shows: str | None = None
    listing: str | None = None

    @property
    def member(self) -> Any:
        return self.request._request.member

    @property
    def practice(self) -> Any:
        return self.request._request.practice

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:  # before the permission: there is none to ask for
            raise exceptions.MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS:
            self._claim_key(request)

    def _claim_key(self, request: Any) -> None:
        key = request.headers.get(KEY, "")
        if not 8 <= len(key) <= 80 or not key.isascii() or not key.isprintable():
            raise exceptions.ValidationError({KEY: ["Send a key of 8 to 80 printable characters, new for each write."]})
        content = sha256(b"\n".join([request.method.encode(), request.path.encode(), self.sent(request)])).hexdigest()
        one_at_a_time(f"call {key}")
        row = IdempotencyKey.objects.filter(key=key).first()
        if row and (row.content, row.member_id) != (content, self.member.pk):
            raise exceptions.ValidationError({KEY: ["This key was used for something else."]})
        if row:
            raise Replayed(row)
        self.idempotency = (key, content)

    def sent(self, request: Any) -> bytes:
        """What the body says, to compare a write with one of the same key. A view that takes files says it shorter."""
        return request._request.body

    def get_exception_handler(self) -> Callable:
        return on_error

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Replayed):
            return Response(exc.row.answer, status=exc.row.status, headers={"Idempotent-Replay": "true"})
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        asked = getattr(self, "idempotency", None)
        if asked and response.status_code < 300:
            key, content = asked
            answer = serializers.JSONField().to_representation(_plain(response.data))
            IdempotencyKey.objects.create(
                key=key, content=content, member=self.member, status=response.status_code, answer=answer
            )
        return response

    def validated(self, kind: type[serializers.Serializer], **kwargs: Any) -> dict[str, Any]:
        """The body, read by a serializer; unknown fields are refused, not ignored, also those inside of others."""
        serializer = kind(data=self.request.data, **kwargs)
        serializer.is_valid(raise_exception=True)
        if unknown := dict(_unknown(serializer, self.request.data)):
            raise exceptions.ValidationError(unknown)
        return serializer.validated_data

    def page(self, rows: Any, show: Callable[[Iterable[Any]], Any]) -> Response:
        """One page of a list: {count, next, results}."""
        number = whole(self.request.query_params.get("page", "1"))
        if not number:
            raise exceptions.ValidationError({"page": ["A page is a number from 1."]})
        paginator = Paginator(rows, PAGE)
        page = paginator.get_page(number)
        following = page.next_page_number() if page.has_next() else None
        return Response({"count": paginator.count, "next": following, "results": show(page.object_list)})


def _unknown(field: Any, given: Any, place: str = "") -> Iterator[tuple[str, list[str]]]:
    """What a body names that its serializer does not know: `client.nickname`, `lines.0.units`."""
    if isinstance(field, serializers.ListSerializer):
        for number, inner in enumerate(given or []):
            yield from _unknown(field.child, inner, f"{place}{number}.")
    elif isinstance(field, serializers.BaseSerializer) and hasattr(given, "keys"):
        known = field.fields
        for name in sorted(given.keys()):
            if name in known:
                yield from _unknown(known[name], given[name], f"{place}{name}.")
            else:
                yield f"{place}{name}", ["There is no such field."]


def _plain(data: Any) -> Any:
    """What the JSON renderer will send, as plain values."""
    return json.loads(JSONRenderer().render(data)) if data is not None else None


def on_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Bad input is 400 with a sentence for each field, a conflict 409; whatever was written is rolled back."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    if isinstance(error, BadInput):
        error = exceptions.ValidationError({field: [text] for field, text in error.errors.items()})
    elif isinstance(error, exceptions.ParseError):
        error = exceptions.ValidationError({"body": [error.detail]})
    elif isinstance(error, exceptions.ValidationError):
        error = exceptions.ValidationError(dict(_by_field(error.detail)))
    elif isinstance(error, Conflict):
        return Response({"detail": str(error)}, status=409)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    return exception_handler(error, context)


def _by_field(detail: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Errors of nested serializers as flat ones: `lines.0.minutes` → sentences; `body` is the whole."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _by_field(inner, place if name == api_settings.NON_FIELD_ERRORS_KEY else (*place, str(name)))
    elif any(isinstance(inner, dict) for inner in detail):
        for number, inner in enumerate(detail):
            yield from _by_field(inner, (*place, str(number)))
    else:
        yield ".".join(place) or "body", [str(sentence) for sentence in detail]


def choice(name: str, choices: type[TextChoices], **options: Any) -> serializers.Field:
    """A field of fixed words that goes by `name` in the schema, wherever it stands."""
    return _choice_kind(name, choices)(choices=choices.choices, **options)


@cache
def _choice_kind(name: str, choices: type[TextChoices]) -> type[serializers.ChoiceField]:
    """One class for each name: the schema takes two for two different things."""
    kind = type(f"{name}Field", (serializers.ChoiceField,), {})
    return extend_schema_field({"type": "string", "enum": choices.values}, component_name=name)(kind)


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A file of a form, described as its bytes."""


class MomentField(serializers.DateTimeField):
    """A moment that is written: with its offset. One without would be taken for UTC and land hours off."""

    default_error_messages = {
        "no_offset": "“{field}” does not say its offset from UTC. Write it with its offset, such as "
        "2026-06-16T09:00:00-05:00, or Z"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "with its offset from UTC")
        super().__init__(**kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if is_naive(value):
            self.fail("no_offset", field=self.field_name)
        return super().enforce_timezone(value)


class DetailSerializer(serializers.Serializer):
    """One sentence."""

    detail = serializers.CharField()


ERRORS = OpenApiResponse(
    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    description="sentences for each field that is wrong",
)
REFUSALS: dict[int, Any] = dict.fromkeys((401, 403, 404), DetailSerializer)


def shown(answer: Any, *parameters: OpenApiParameter) -> Callable:
    """Describe the reading of one thing in the schema. Parameters can be wrong."""
    wrong = {400: ERRORS} if parameters else {}
    return extend_schema(parameters=[*parameters], responses={200: answer} | wrong | REFUSALS)


def listed(serializer: type[serializers.Serializer], *parameters: OpenApiParameter) -> Callable:
    """Describe a paged list in the schema."""
    noun = serializer.__name__.removesuffix("Serializer")
    page = inline_serializer(
        f"{noun}Page",
        {
            "count": serializers.IntegerField(),
            "next": serializers.IntegerField(allow_null=True),
            "results": serializer(many=True),
        },
    )
    number = OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, description="from 1")
    return extend_schema(
        operation_id=f"p_{noun.lower()}s_list",
        parameters=[number, *parameters],
        responses={200: page, 400: ERRORS} | REFUSALS,
    )


def written(request: Any, answer: Any, status: int = 200) -> Callable:
    """Describe a write in the schema: its body, its answer, and how it can be refused."""
    refusals = {400: ERRORS, 409: DetailSerializer, 415: DetailSerializer} | REFUSALS
    return extend_schema(parameters=[KEY_PARAMETER], request=request, responses={status: answer} | refusals)
