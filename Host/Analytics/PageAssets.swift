/// Style and script of the report's page. The script draws with SVG and needs no library.
enum PageAssets {
    static let style = """
        :root{--back:#fff;--card:#f6f7f9;--text:#16191d;--soft:#5c6570;--line:#dfe3e8;
        --good:#137a4a;--bad:#b3261e;
        --s0:#2457c5;--s1:#c2570c;--s2:#13806f;--s3:#8a3ab9;--s4:#a6740a;--s5:#c02c6b;
        --s6:#51606e;--s7:#3d7a12}
        @media(prefers-color-scheme:dark){:root{--back:#101317;--card:#191d23;--text:#e8ebef;
        --soft:#9aa5b1;--line:#2b323b;--good:#4cc38a;--bad:#ff7b72;--s0:#7aa2f7;--s1:#f2994a;
        --s2:#4fd1c0;--s3:#c792ea;--s4:#e5c07b;--s5:#f277a8;--s6:#a8b4c2;--s7:#9ece6a}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1180px;padding:28px 24px;background:var(--back);
        color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
        h1{font-size:26px;line-height:1.2;margin:0;letter-spacing:-.01em}
        h2{font-size:16px;margin:0}
        .subtitle{color:var(--soft);margin:6px 0 22px}
        .numbers{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:10px;
        margin:0 0 26px}
        .number{background:var(--card);border:1px solid var(--line);border-radius:8px;
        padding:10px 14px}
        dt{color:var(--soft);font-size:13px}
        dd{margin:2px 0 0;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
        dd small{display:block;color:var(--soft);font-size:12px;font-weight:400}
        .good dd{color:var(--good)}.bad dd{color:var(--bad)}
        figure,section{margin:0 0 26px}
        figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 12px;margin-bottom:6px}
        .unit{color:var(--soft);font-size:13px}
        .legend{margin-left:auto;display:flex;flex-wrap:wrap;gap:4px 6px}
        .legend button{font:inherit;font-size:13px;color:var(--text);background:none;border:0;
        padding:1px 6px;border-radius:5px;cursor:pointer}
        .legend button[aria-pressed=false]{opacity:.4;text-decoration:line-through}
        .legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
        .plot{position:relative;height:250px;border:1px solid var(--line);border-radius:8px;
        overflow:hidden;touch-action:pan-y}
        .plot:focus-visible,button:focus-visible,summary:focus-visible{outline:2px solid var(--s0);
        outline-offset:1px}
        svg{display:block;width:100%;height:100%}
        svg text{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
        .grid{stroke:var(--line)}.zero{stroke:var(--soft);stroke-opacity:.6}
        .cross{stroke:var(--soft);stroke-dasharray:3 3}
        .tip{position:absolute;top:8px;pointer-events:none;background:var(--card);
        border:1px solid var(--line);border-radius:6px;padding:6px 10px;font-size:12px;
        white-space:nowrap;font-variant-numeric:tabular-nums;box-shadow:0 2px 8px #0002}
        .tip b{display:block;font-weight:600}.tip i{display:inline-block;width:8px;height:8px;
        border-radius:2px;margin-right:6px}
        details{margin-top:4px;font-size:13px;color:var(--soft)}
        summary{cursor:pointer;width:max-content}
        section h2{margin-bottom:8px}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th{text-align:left;color:var(--soft);font-weight:500;font-size:13px}
        th,td{padding:6px 14px 6px 4px;border-bottom:1px solid var(--line);white-space:nowrap}
        .n{text-align:right;font-variant-numeric:tabular-nums}
        footer{color:var(--soft);font-size:13px}footer ul{padding-left:18px}
        @media print{.plot{break-inside:avoid}details{display:none}}
        """

    static let script = #"""
        (function () {
        "use strict";
        const charts = JSON.parse(document.getElementById("charts").textContent);
        const space = {left: 64, right: 14, top: 12, bottom: 24}, drawn = [];
        let full = [Infinity, -Infinity];
        for (const c of charts) for (const l of c.lines) if (l.t.length) {
          full = [Math.min(full[0], l.t[0]), Math.max(full[1], l.t[l.t.length - 1])];
        }
        if (!(full[1] > full[0])) full = [full[0] - 1, full[0] + 1];
        let view = full.slice();
        const color = i => "var(--s" + (i % 8) + ")";
        const el = (name, attributes, parent) => {
          const e = document.createElementNS("http://www.w3.org/2000/svg", name);
          for (const k in attributes) e.setAttribute(k, attributes[k]);
          if (parent) parent.appendChild(e);
          return e;
        };
        const steps = (low, high, count) => {
          const raw = (high - low) / count, power = Math.pow(10, Math.floor(Math.log10(raw)));
          const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= raw) || raw, out = [];
          const end = high + step * 1e-9;
          for (let v = Math.ceil(low / step) * step; v <= end; v += step) out.push(v);
          return [out, step];
        };
        const number = (v, step) => {
          const d = step ? Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)))
            : Math.abs(v) >= 1000 ? 2 : 4;
          return v.toLocaleString("en", {minimumFractionDigits: d, maximumFractionDigits: d});
        };
        const date = (ms, span) => {
          const s = new Date(ms).toISOString();
          return span < 2 * 864e5 ? s.slice(5, 10) + " " + s.slice(11, 16)
            : span < 900 * 864e5 ? s.slice(0, 10) : s.slice(0, 7);
        };
        const days = [1, 2, 7, 14, 30.4375, 60.875, 91.3125, 182.625, 365.25, 730.5];
        const timeSteps = (low, high, count) => {
          const sizes = [1, 5, 15, 60, 240, 720].map(m => m * 6e4).concat(days.map(d => d * 864e5));
          const step = sizes.find(s => (high - low) / s <= count) || (high - low) / count;
          if (step < 30 * 864e5) return steps2(low, high, step);
          const out = [], months = Math.max(1, Math.round(step / (30.4375 * 864e5)));
          const d = new Date(low);
          let m = d.getUTCFullYear() * 12 + d.getUTCMonth();
          for (m = Math.ceil(m / months) * months;; m += months) {
            const t = Date.UTC(Math.floor(m / 12), m % 12, 1);
            if (t > high) return out;
            if (t >= low) out.push(t);
          }
        };
        const steps2 = (low, high, step) => {
          const out = [];
          for (let v = Math.ceil(low / step) * step; v <= high; v += step) out.push(v);
          return out;
        };
        const after = (t, x) => {
          let a = 0, b = t.length;
          while (a < b) { const m = (a + b) >> 1; if (t[m] < x) a = m + 1; else b = m; }
          return a;
        };
        function nearest(line, x, step) {
          const t = line.t; let i = after(t, x);
          if (step) i = t[i] === x ? i : i - 1;
          else if (i === t.length || (i > 0 && x - t[i - 1] < t[i] - x)) i--;
          return i < 0 || line.v[i] === null ? null : i;
        }
        function path(line, X, Y, shape) {
          const from = Math.max(0, after(line.t, view[0]) - 1);
          const to = Math.min(line.t.length - 1, after(line.t, view[1]));
          let d = "", pen = "M", last = 0;
          for (let i = from; i <= to; i++) {
            if (line.v[i] === null) { pen = "M"; continue; }
            const x = X(line.t[i]).toFixed(1), y = Y(line.v[i]).toFixed(1);
            if (shape === "step" && pen === "L") d += "H" + x;
            d += pen + x + " " + y; pen = "L"; last = line.t[i];
          }
          return d;
        }
        function range(chart, shown) {
          let low = Infinity, high = -Infinity;
          const add = v => {
            if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
          };
          chart.lines.forEach((l, k) => {
            if (!shown[k]) return;
            const a = Math.max(0, after(l.t, view[0]) - 1), b = after(l.t, view[1]);
            for (let i = a; i <= b && i < l.t.length; i++) add(l.v[i]);
          });
          if (chart.shape === "area") add(0);
          if (low > high) return [0, 1];
          const pad = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
          return [low - (chart.shape === "area" && low >= 0 ? 0 : pad),
            high + (chart.shape === "area" && high <= 0 ? 0 : pad)];
        }
        function marks(chart, svg, X, Y) {
          for (const [t, v, buy, label] of chart.marks) {
            if (t < view[0] || t > view[1]) continue;
            const x = X(t), y = Y(v), s = buy ? 1 : -1;
            const e = el("path", {d: "M" + x + " " + (y + 2 * s) + "l-4.5 " + 8 * s + "h9z",
              fill: buy ? "var(--good)" : "var(--bad)", "fill-opacity": .85}, svg);
            el("title", {}, e).textContent = label;
          }
        }
        function setup(figure, chart) {
          const plot = figure.querySelector(".plot"), shown = chart.lines.map(() => true);
          const legend = figure.querySelector(".legend");
          const state = {draw, cross};
          let X, Y, width, height, svg, line, from = null, band, at = null;
          const tip = document.createElement("div");
          tip.className = "tip"; tip.hidden = true;
          chart.lines.forEach((l, k) => {
            const b = document.createElement("button"), i = document.createElement("i");
            i.style.background = color(k);
            b.type = "button"; b.setAttribute("aria-pressed", "true");
            b.append(i, l.name);
            b.onclick = () => {
              shown[k] = !shown[k]; b.setAttribute("aria-pressed", shown[k]); draw();
            };
            legend.appendChild(b);
          });
          function draw() {
            width = plot.clientWidth; height = plot.clientHeight;
            const [low, high] = range(chart, shown);
            X = t => space.left + (t - view[0]) / (view[1] - view[0])
              * (width - space.left - space.right);
            Y = v => height - space.bottom - (v - low) / (high - low)
              * (height - space.top - space.bottom);
            plot.textContent = "";
            svg = el("svg", {viewBox: "0 0 " + width + " " + height, "aria-hidden": true}, plot);
            const id = "clip" + drawn.indexOf(state);
            el("rect", {x: space.left, y: 0, width: Math.max(0, width - space.left - space.right),
              height: height - space.bottom}, el("clipPath", {id}, el("defs", {}, svg)));
            const [ticks, step] = steps(low, high, 5);
            for (const v of ticks) {
              el("line", {x1: space.left, x2: width - space.right, y1: Y(v), y2: Y(v),
                class: Math.abs(v) < step / 1e6 ? "zero" : "grid"}, svg);
              el("text", {x: space.left - 8, y: Y(v) + 4, "text-anchor": "end"}, svg)
                .textContent = number(Math.abs(v) < step / 1e6 ? 0 : v, step);
            }
            const count = Math.max(2, Math.floor(width / 120));
            for (const t of timeSteps(view[0], view[1], count)) {
              if (X(t) < space.left + 8 || X(t) > width - 34) continue;
              const y = height - space.bottom;
              el("line", {x1: X(t), x2: X(t), y1: y, y2: y + 4, class: "grid"}, svg);
              el("text", {x: X(t), y: height - 7, "text-anchor": "middle"}, svg)
                .textContent = date(t, view[1] - view[0]);
            }
            const body = el("g", {"clip-path": "url(#" + id + ")"}, svg);
            chart.lines.forEach((l, k) => {
              if (!shown[k] || !l.t.length) return;
              const d = path(l, X, Y, chart.shape);
              if (chart.shape === "area" && d) {
                const a = X(Math.max(view[0], l.t[0]));
                const b = X(Math.min(view[1], l.t[l.t.length - 1]));
                el("path", {d: d + "L" + b + " " + Y(0) + "L" + a + " " + Y(0) + "Z",
                  fill: color(k), "fill-opacity": .16}, body);
              }
              el("path", {d, fill: "none", stroke: color(k),
                "stroke-width": chart.shape === "area" ? 1 : 1.6,
                "stroke-linejoin": "round"}, body);
            });
            marks(chart, body, X, Y);
            band = el("rect", {y: 0, height: height - space.bottom, width: 0,
              fill: "var(--s0)", "fill-opacity": .12}, svg);
            line = el("line", {y1: 0, y2: height - space.bottom, class: "cross",
              visibility: "hidden"}, svg);
            plot.appendChild(tip);
            cross(at);
          }
          function cross(t) {
            at = t;
            if (t === null || t < view[0] || t > view[1]) {
              line.setAttribute("visibility", "hidden"); tip.hidden = true; return;
            }
            const x = X(t);
            line.setAttribute("x1", x); line.setAttribute("x2", x);
            line.setAttribute("visibility", "visible");
            tip.textContent = "";
            const head = document.createElement("b");
            head.textContent = new Date(t).toISOString().slice(0, 16).replace("T", " ") + " UTC";
            tip.appendChild(head);
            chart.lines.forEach((l, k) => {
              const i = shown[k] ? nearest(l, t, chart.shape === "step") : null;
              if (i === null) return;
              const row = document.createElement("div"), box = document.createElement("i");
              box.style.background = color(k);
              row.append(box, l.name + "  " + number(l.v[i]) + " " + chart.unit);
              tip.appendChild(row);
            });
            tip.hidden = false;
            const room = tip.offsetWidth + 14;
            tip.style.left = (x + room > width ? x - room : x + 14) + "px";
          }
          const timeAt = e => {
            const x = e.clientX - plot.getBoundingClientRect().left;
            const share = (x - space.left) / (width - space.left - space.right);
            return view[0] + Math.min(1, Math.max(0, share)) * (view[1] - view[0]);
          };
          const all = t => drawn.forEach(d => d.cross(t));
          plot.addEventListener("pointermove", e => {
            const t = timeAt(e); all(t);
            if (from !== null) {
              band.setAttribute("x", Math.min(X(from), X(t)));
              band.setAttribute("width", Math.abs(X(from) - X(t)));
            }
          });
          plot.addEventListener("pointerdown", e => { if (e.button === 0) from = timeAt(e); });
          plot.addEventListener("pointerup", e => {
            const t = timeAt(e), a = from; from = null;
            if (a === null) return;
            band.setAttribute("width", 0);
            if (Math.abs(X(a) - X(t)) > 6) show([Math.min(a, t), Math.max(a, t)]);
          });
          plot.addEventListener("pointerleave", () => { from = null; all(null); });
          plot.addEventListener("dblclick", () => show(full.slice()));
          plot.addEventListener("keydown", e => {
            const step = (view[1] - view[0]) / 50, now = at === null ? view[0] : at;
            if (e.key === "ArrowRight") all(Math.min(view[1], now + step));
            else if (e.key === "ArrowLeft") all(Math.max(view[0], now - step));
            else if (e.key === "+") zoom(now, .5);
            else if (e.key === "-") zoom(now, 2);
            else if (e.key === "Escape") show(full.slice());
            else return;
            e.preventDefault();
          });
          return state;
        }
        function zoom(t, factor) {
          const half = (view[1] - view[0]) * factor / 2;
          show([Math.max(full[0], t - half), Math.min(full[1], t + half)]);
        }
        function show(range) {
          if (range[1] - range[0] < 1000) return;
          view = range; drawn.forEach(d => d.draw());
        }
        document.querySelectorAll(".chart").forEach(f => {
          f.querySelector(".plot").title =
            "Drag to zoom all charts, double-click or Escape to see all; arrow keys move the line";
          drawn.push(setup(f, charts[+f.dataset.chart]));
        });
        drawn.forEach(d => d.draw());
        addEventListener("resize", () => drawn.forEach(d => d.draw()));
        })();
        """#
}
