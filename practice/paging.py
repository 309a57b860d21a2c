"""Paging, the same on every list."""

from typing import Any

from django.core.paginator import Page


def page_context(request: Any, page: Page) -> dict[str, Any]:
    """`previous_url`, `next_url` and "101–200 of 512"; the other parameters of the address stay."""

    def url(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"{request.path}?{query.urlencode()}"

    return {
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
        "text": f"{page.start_index():,}–{page.end_index():,} of {page.paginator.count:,}",
        "many": page.paginator.num_pages > 1,
    }
