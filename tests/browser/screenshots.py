"""`make screenshots`: play reports on the demo page and keep what is seen, for the README.

Pictures have few colours, so that they stay small; a stack of its own is made and taken down.
"""

import base64
import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from infra.local.stack import running
from tests.browser.console import Console
from tests.browser.player import ACCEPT, GO, WIDE, Player, a_browser

FOLDER = Path(__file__).parent / "screenshots"
COLOURS = 160
LIMIT_BYTES = 150_000
PHONE = (360, 720)
GAP = 16
SETTLES_MS = 1800
"""Polls of the page come every second and a half."""
Stack = dict[str, Any]


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with running("screenshots") as stack, a_browser() as browser:
        for scene in (whatsapp, instagram, phones, call):
            scene(browser, stack)
    large = [file.name for file in FOLDER.glob("*.png") if file.stat().st_size > LIMIT_BYTES]
    if large:
        print(f"larger than {LIMIT_BYTES} bytes: {', '.join(large)}", file=sys.stderr)
    return len(large)


def whatsapp(browser: Browser, stack: Stack) -> None:
    """By day: a street light, the officer's phone beside the mail, the workflow at work."""
    player = Player.at(browser, stack, WIDE)
    player.takes_the_phone_of("Bu Sri")
    player.sends_a_photo("lampu jalan mati sudah 3 hari, gelap sekali")
    number = player.reports("Jl. Dhoho depan stasiun")
    player.opens_the_mail(number)
    player.opens_the_link()
    player.presses(ACCEPT)
    player.presses(GO)
    player.uploads(light_again(player.page), note="Lampu sudah diganti LED.")
    player.stands(number, "solved")
    player.page.locator("#show-machine").click()
    keep(player.page, "whatsapp")
    player.rates(5)
    player.stands(number, "closed")
    player.closes()


def instagram(browser: Browser, stack: Stack) -> None:
    """By night: rubbish on Instagram, and what happened so far."""
    player = Player.at(browser, stack, WIDE, scheme="dark")
    player.takes_the_phone_of("Mbak Ayu")
    player.sends_a_photo(sample=4)
    player.hears()
    player.says("sampah menumpuk di TPS Ngronggo, depan pasar")
    number = player.reports("TPS Ngronggo, depan pasar")
    player.opens_the_mail(number)
    player.opens_the_link()
    player.presses(ACCEPT)
    player.stands(number, "accepted")
    keep(player.page, "instagram")
    player.closes()


def phones(browser: Browser, stack: Stack) -> None:
    """The same page on a phone: the chat, the officer, the report's way."""
    player = Player.at(browser, stack, PHONE)
    player.takes_the_phone_of("Pak Joko")
    player.attaches("place")
    player.sends_the_place()
    player.hears()
    player.says("got mampet, air meluap ke jalan")
    number = player.reports("Jl. Dhoho depan stasiun")
    seen = [shot(player.page)]
    player.opens_the_mail(number)
    seen.append(shot(player.page))
    player.opens_the_link()
    player.presses(ACCEPT)
    seen.append(shot(player.page))
    player.stands(number, "accepted")
    player.page.locator("#show-machine").click()
    seen.append(shot(player.page))
    player.closes()
    width = len(seen) * (PHONE[0] + GAP) - GAP
    together = Image.new("RGB", (width, PHONE[1]), "#8a9892")
    for place, picture in enumerate(seen):
        together.paste(picture, (place * (PHONE[0] + GAP), 0))
    save(together, "phones")


def call(browser: Browser, stack: Stack) -> None:
    """In the console: one caller was cut off, the next one is asked where they are."""
    console = Console.at(browser, stack).opens("Terima-telepon-112")
    console.types(initials="rn", caller="0811-0000-0190").presses("Terputus, telepon kembali")
    console.types(caller="0811-0000-0112", what="ada ular besar masuk dapur")
    console.types(where="gang sebelah pasar setono betek")
    console.presses("Kirim tautan lokasi", confirms=True)
    keep(console.page, "command-centre-call")
    console.closes()


def light_again(page: Page) -> bytes:
    """The page's own drawing of a dark street, with the lamp on."""
    coded = page.evaluate(LIT)
    return base64.b64decode(coded.partition(",")[2])


LIT = """async () => {
  const { samplePhoto } = await import("/samples.js");
  const picture = await createImageBitmap(await samplePhoto(0));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [960, 720];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, 960, 720);
  const glow = pen.createRadialGradient(610, 140, 10, 610, 260, 460);
  glow.addColorStop(0, "rgb(255 240 190 / 95%)");
  glow.addColorStop(.3, "rgb(255 215 120 / 50%)");
  glow.addColorStop(1, "rgb(255 200 90 / 0%)");
  pen.fillStyle = glow;
  pen.fillRect(0, 0, 960, 720);
  return canvas.toDataURL("image/png");
}"""


def keep(page: Page, name: str) -> None:
    save(shot(page), name)


def shot(page: Page) -> Image.Image:
    page.wait_for_timeout(SETTLES_MS)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def save(picture: Image.Image, name: str) -> None:
    few = picture.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
    file = FOLDER / f"{name}.png"
    few.save(file, optimize=True)
    print(f"{file.relative_to(FOLDER.parents[2])}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
