"""The front door as a person walks it, in a browser without a window: a password, then a code of her app."""

from datetime import timedelta
from typing import Any

from django.test import Client as Web

from practice import clock, second_factor
from practice.models import Membership, User
from tests import world

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(shift: int = 0) -> str:
    """Of the app with SEED, some steps from now."""
    return second_factor.code_of(SEED, second_factor.step_now() + shift)


def with_app(user: User) -> User:
    """The same person with an authenticator app; its first code was used a minute ago."""
    user = User.objects.get(pk=user.pk)
    with clock.at(clock.now() - timedelta(minutes=1)):
        assert second_factor.add_app(user, SEED, code(), first=True)
    return user


def signed_in(member: Membership) -> Web:
    """Past the door already: what stands behind it is tested with this."""
    web = Web()
    web.force_login(member.user)
    return web


def give_password(web: Web, user: User, password: str = world.PASSWORD, **more: Any) -> Any:
    return web.post("/sign-in/", {"username": user.email, "password": password}, **more)


def give_code(web: Web, text: str) -> Any:
    return web.post("/sign-in/code/", {"code": text})


def sign_in(web: Web, user: User, shift: int = 0) -> Any:
    give_password(web, user)
    return give_code(web, code(shift))
