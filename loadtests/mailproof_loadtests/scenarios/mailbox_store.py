"""The store's whole trade over IMAPS: append, fetch, flags, search, move, expunge, sync and IDLE, mixed."""

from mailproof_loadtests.scenario import Scenario
from mailproof_loadtests.users.base import step
from mailproof_loadtests.users.store import StoreUser


class MailboxUser(StoreUser):
    """No think time: throughput is what is asked for."""

    store = step(8)(StoreUser.store_one)
    store_twice = step(3)(StoreUser.store_two_at_once)
    read = step(12)(StoreUser.read_one)
    flag = step(8)(StoreUser.flag_some)
    flag_twice = step(4)(StoreUser.flag_at_once)
    search = step(3)(StoreUser.search_flagged)
    move = step(2)(StoreUser.move_some)
    remove_some = step(2)(StoreUser.throw_away)
    news = step(2)(StoreUser.wait_for_news)
    follow = step(3)(StoreUser.sync)


SCENARIO = Scenario(users=(MailboxUser,))
