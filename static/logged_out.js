// Goes on to the client once every frame has loaded, after three seconds at the most. The Continue link does the same.
const link = document.getElementById('onward');
const go = () => location.replace(link.href);
if (link) {
  setTimeout(go, 3000);
  if (document.readyState === 'complete') go();
  else addEventListener('load', go);
}
