package io.semimeta.page;

/** Holds the style sheet of all pages. */
final class Style {
  /** Is a small drawing, so that no browser asks for {@code favicon.ico}. */
  static final String ICON =
      "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 2v13h14M3 5c2"
          + " 6 5 7 11 7' fill='none' stroke='%230072b2' stroke-width='2'/%3E%3C/svg%3E";

  private static final String RULES =
      """
      *{box-sizing:border-box}
      body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,\
      "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
      main{max-width:1060px;margin:0 auto;padding:28px 24px 40px}
      h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
      h2{font-size:18px;margin:34px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
      h3{font-size:15px;margin:20px 0 6px}
      p{margin:6px 0;max-width:78ch}
      .lead,.note,footer,figcaption small{color:var(--muted)}
      .lead{overflow-wrap:anywhere}
      .note{font-size:13px}
      footer{margin-top:34px;padding-top:10px;border-top:1px solid var(--line);font-size:13px}
      svg text{font-family:inherit}
      figure{margin:0}
      figcaption{font-weight:600;font-size:14px}
      svg{max-width:100%;height:auto;vertical-align:middle}
      .chart>svg{width:100%}
      .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));\
      gap:22px 28px;align-items:start}
      .legend{font-size:13px;margin:2px 0;color:var(--muted)}
      .legend span{display:inline-block;margin-right:14px}
      .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0}
      .tile{background:var(--panel);border:1px solid var(--line);border-radius:8px;\
      padding:10px 16px;min-width:150px}
      .tile b{display:block;font-size:26px;line-height:1.25;font-weight:650;\
      font-variant-numeric:tabular-nums}
      .tile span{display:block;font-size:13px;color:var(--muted)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;font-size:14px;margin:8px 0;font-variant-numeric:tabular-nums}
      th,td{padding:4px 14px 4px 0;text-align:left;vertical-align:top;\
      border-bottom:1px solid var(--line)}
      th{font-weight:600;color:var(--muted);font-size:13px}
      th.n,td.n{text-align:right}
      td{overflow-wrap:break-word;max-width:60ch}
      code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;\
      overflow-wrap:anywhere;white-space:pre-wrap}
      p.code{background:var(--panel);border:1px solid var(--line);border-radius:6px;\
      padding:8px 12px;max-width:none}
      details{margin:10px 0}
      summary{cursor:pointer;color:var(--muted)}
      .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(118px,1fr));\
      gap:14px;margin:12px 0}
      .pictures figure{font-size:12.5px;line-height:1.35;overflow-wrap:anywhere}
      .pictures img{width:84px;height:84px;object-fit:contain;background:var(--panel);\
      border:1px solid var(--line);border-radius:6px;display:block;margin-bottom:4px}
      .pictures img.small{image-rendering:pixelated}
      .pictures span{display:block}
      .pictures .where{color:var(--muted)}
      """;

  private static final String PRINT =
      """
      @media print{main{max-width:none;padding:0}body{font-size:12px}
      figure,tr,.tile{break-inside:avoid}h2,h3{break-after:avoid}
      .grid{grid-template-columns:1fr 1fr}}
      """;

  private Style() {}

  /** Returns the style sheet; it has no character that HTML would take for markup. */
  static String sheet() {
    return "\n:root{color-scheme:light dark;"
        + Colours.variables(false)
        + "}\n"
        + RULES
        + "@media screen and (prefers-color-scheme:dark){\n:root{"
        + Colours.variables(true)
        + "}\n"
        + Colours.darkRules()
        + "}\n"
        + PRINT;
  }
}
