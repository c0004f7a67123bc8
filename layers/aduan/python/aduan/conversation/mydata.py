"""DATA SAYA and HAPUS DATA: what is known of a citizen, and how it is forgotten; silence on request.

Undang-Undang 27/2022 (personal data protection), articles 7 and 8: https://peraturan.bpk.go.id/Details/229798/uu-no-27-tahun-2022
"""

from aduan import wording
from aduan.change import Change, Effect
from aduan.conversation.moment import Moment
from aduan.conversation.state import Turn
from aduan.message import Choice, Say
from aduan.message_digest import digest
from aduan.report_number import spoken


def tell(m: Moment) -> Turn:
    chat = m.conversation
    numbers = [spoken(each) for each in chat.reports]
    none = str(m.city.messages["data"]["no_reports"])
    fields = {
        **m.city.names,
        "channel": str(m.city.messages["data"][chat.channel]),
        "since": wording.date_and_time(chat.began_at or m.message.sent_at),
        "reports": "\n".join(numbers) or none,
    }
    return m.turn(Say(text="my_data", fields=fields))


def ask_to_erase(m: Moment) -> Turn:
    choices = (
        Choice(payload="data:erase", title=m.city.label("erase_yes")),
        Choice(payload="data:keep", title=m.city.label("erase_no")),
    )
    return m.turn(Say(text="ask_erase", choices=choices))


def tapped(m: Moment, answer: str) -> Turn:
    if answer != "erase":
        return m.turn(Say(text="data_kept"))
    erase = Effect(name=f"erase#{digest(m.message)}", erase=True, to=m.conversation.citizen_id)
    change = Change(effects=(erase,))
    return m.turn(Say(text="erased"), change, draft=None, aside=None, asked=None, about=None)


def silence(m: Moment) -> Turn:
    return m.turn(Say(text="silenced"), Change(silence=True), silenced=True)


def speak(m: Moment) -> Turn:
    return m.turn(Say(text="speaks_again"), Change(silence=False), silenced=False)
