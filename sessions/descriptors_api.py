"""API of the practice's own code descriptions: read the list, load a new one."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, listed, written
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.descriptor_file import MOST_BYTES
from sessions.descriptors import load_descriptors
from sessions.models import CodeDescriptor

SHOWN = 100  # bad rows in an answer


class CodeDescriptorSerializer(serializers.ModelSerializer):
    class Meta:
        model = CodeDescriptor
        fields = ["code", "short", "long", "loaded_at"]


class DescriptorFileSerializer(serializers.Serializer):
    """The file's text: CSV of code and description, or code, tab, text. It replaces the list of its kind."""

    text = serializers.CharField(max_length=MOST_BYTES, trim_whitespace=False)
    dry_run = serializers.BooleanField(default=False, help_text="say what would change and what is wrong, and stop")


class DescriptorReportSerializer(serializers.Serializer):
    """What was done, or would be. With `problems`, of which 100 are told, nothing would be."""

    dry_run = serializers.BooleanField()
    kinds = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    removed = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())


class CodeDescriptorsView(HouseView):
    """The practice's own licensed descriptions of service codes."""

    permissions = {"GET": P.LOAD_CODE_LISTS, "POST": P.LOAD_CODE_LISTS}
    shows = NOBODY

    @listed(CodeDescriptorSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = CodeDescriptor.objects.order_by("code")
        return self.page(rows, lambda page: CodeDescriptorSerializer(page, many=True).data)

    @written(DescriptorFileSerializer, DescriptorReportSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(DescriptorFileSerializer)
        report = load_descriptors(by=self.member, body=data["text"].encode(), dry_run=data["dry_run"])
        return Response(DescriptorReportSerializer(vars(report) | {"problems": report.problems[:SHOWN]}).data)
