"""The one script of the officers' page: a photo is made small before it is sent, and sent again if need be.

Without it, or where a browser is too old for it, the plain form sends the photo as it is. What the camera
wrote about time and place goes along, since the canvas would lose it; which side is up is settled.
"""

import base64
import hashlib

SCRIPT = """
const MAX=1600,SMALL=500000,wait=s=>new Promise(r=>setTimeout(r,s*1000));
function camera(head){
 if(head[0]!=255||head[1]!=216)return null;
 for(let p=2;p+9<head.length&&head[p]==255&&head[p+1]!=218;){
  const n=head[p+2]*256+head[p+3],s=head.slice(p,p+2+n);
  if(head[p+1]==225&&String.fromCharCode(...s.slice(4,8))=='Exif'&&s.length==n+2)return upright(s);
  p+=2+n}
 return null}
function upright(s){
 const v=new DataView(s.buffer),le=v.getUint16(10)==0x4949,i=10+v.getUint32(14,le);
 for(let k=0;k<v.getUint16(i,le);k++)
  if(v.getUint16(i+2+12*k,le)==0x112)v.setUint16(i+10+12*k,1,le);
 return s}
async function small(file){
 let picture;
 try{picture=await createImageBitmap(file,{imageOrientation:'from-image'})}catch(e){throw 'unreadable'}
 if(file.size<SMALL&&/jpeg|png/.test(file.type))return file;
 const scale=Math.min(1,MAX/Math.max(picture.width,picture.height)),canvas=document.createElement('canvas');
 canvas.width=Math.round(picture.width*scale);canvas.height=Math.round(picture.height*scale);
 canvas.getContext('2d').drawImage(picture,0,0,canvas.width,canvas.height);
 const blob=await new Promise(r=>canvas.toBlob(r,'image/jpeg',.82));
 let seen=null;
 try{seen=camera(new Uint8Array(await file.slice(0,131072).arrayBuffer()))}catch(e){}
 return new File(seen?[blob.slice(0,2),seen,blob.slice(2)]:[blob],'foto.jpg',{type:'image/jpeg'})}
for(const form of document.querySelectorAll('form[data-then]')){
 if(!window.createImageBitmap||!window.DataTransfer)break;
 const input=form.querySelector('[type=file]'),button=form.querySelector('button'),
  status=form.querySelector('output'),say=what=>status.textContent=what?form.dataset[what]:'';
 form.addEventListener('submit',async event=>{
  event.preventDefault();button.disabled=true;
  try{
   say('shrinking');
   const photo=await small(input.files[0]),held=new DataTransfer(),data=new FormData(form);
   data.set('file',photo,'foto.jpg');say('sending');
   for(let n=1,why;n<4;n++){
    try{
     const answer=await fetch(form.action,{method:'POST',body:data,redirect:'manual'});
     if(answer.type=='opaqueredirect'||answer.ok){
      location.href=form.dataset.then+'?key='+encodeURIComponent(data.get('key'));return}
     why='stale'}
    catch(e){say('again');await wait(n)}
    if(why)throw why}
   held.items.add(photo);input.files=held.files;form.submit()}
  catch(why){say(why=='stale'?why:'unreadable')}
  finally{button.disabled=false}})}
"""
POLICY = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"
"""The script's digest, by which a content security policy lets it run, and no other."""
