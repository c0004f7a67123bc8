"""The page behind a caller's link: one button, by which the browser tells where it is, once.

Its one script is inline and known by its digest. Without it, or where the browser may not tell, the page says
what to tell the operator instead.
"""

import base64
import hashlib
from html import escape

from aduan.agency_view import document
from aduan.jurisdiction import Jurisdiction

SCRIPT = """
const form=document.querySelector('form'),
 button=form.querySelector('button'),status=form.querySelector('output');
if(navigator.geolocation){
 form.hidden=false;
 form.addEventListener('submit',event=>{
  event.preventDefault();button.disabled=true;status.textContent=form.dataset.looking;
  navigator.geolocation.getCurrentPosition(found=>{
   const {latitude,longitude,accuracy}=found.coords,fields=form.elements;
   fields.lat.value=latitude;fields.long.value=longitude;fields.accuracy.value=accuracy;
   form.submit()},
  ()=>{status.textContent=form.dataset.refused;button.disabled=false},
  {enableHighAccuracy:true,timeout:20000,maximumAge:30000})})}
"""
POLICY = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"


def render_question(city: Jurisdiction) -> str:
    words = city.messages["place_page"]
    fields = "".join(f'<input type="hidden" name="{name}">' for name in ("lat", "long", "accuracy"))
    form = (
        f'<form method="post" hidden data-looking="{escape(words["looking"])}" '
        f'data-refused="{escape(words["refused"])}">{fields}'
        f"<button>{escape(words['button'])}</button><output role=status></output></form>"
    )
    instead = f"<p>{escape(words['instead'])}</p>"
    consent = f"<p><small>{escape(words['consent'].format(**city.names))}</small></p>"
    script = f"<script>{SCRIPT}</script>"
    return _page(
        words["title"], f"<p>{escape(words['why'])}</p>{form}{instead}{consent}{script}", city
    )


def render_told(what: str, city: Jurisdiction) -> str:
    """The end: received, used before, expired, not one of ours, or no place that one could use."""
    words = city.messages["place_page"]
    told = f"<p>{escape(words[what])}</p>"
    if what not in ("received", "used"):
        told += f"<p>{escape(words['instead'])}</p>"
    return _page(words["title"], told, city)


def _page(title: str, body: str, city: Jurisdiction) -> str:
    return document(title, f"<h1>{escape(title)}</h1>{body}", city)
