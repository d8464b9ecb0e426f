// Two to four variants of a board side by side. What is shown is in scripts that call compared(...) and
// source(...), see benchmark/site/compare.py, loaded when first asked for: also from file://.
{
  const page = document.getElementById("compare")
  const { root } = page.dataset
  const boards = JSON.parse(page.dataset.boards)
  const control = (name) => page.querySelector(`[name="${name}"]`)
  const find = (name) => page.querySelector(name)
  const SIDES = ["first", "second", "third", "fourth"] // the last two may be nobody
  const LEAST = 2
  const DASHES = { first: "", second: "5 3", third: "2 2", fourth: "8 3 2 3" }

  // --- what is loaded

  const found = new Map()
  window.compared = (dataset, data) => found.set(`data/${dataset}`, data)
  window.source = (variant, text) => found.set(`source/${variant}`, text)

  const load = loader(`${root}assets/compare`, found)

  // --- numbers and elements

  const known = (value) => value !== null && value !== undefined
  const shown = (value, digits = 0) => (known(value)
    ? value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .replaceAll(",", "\u202f").replace("-", "−")
    : "–")

  function element(tag, told = {}, ...children) {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(told)) made.setAttribute(name, value)
    made.append(...children)
    return made
  }

  function drawn(tag, told, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
    for (const [name, value] of Object.entries(told)) made.setAttribute(name, value)
    made.append(...children)
    return made
  }

  // --- the parts of the page

  function options(select, names, chosen) {
    select.replaceChildren(...names.map((name) => element("option", { value: name }, name || "nobody")))
    select.value = chosen
  }

  function sentence(data, [one, other]) {
    if (one === other) return "Twice the same variant: choose another one."
    const row = data.pairs.find(([a, b]) => (a === one && b === other) || (a === other && b === one))
    const metric = data.metrics.find(([name]) => name === data.headline)
    if (!row || !metric) return "A seed of one of the two diverged: there is nothing to compare."
    const [better, worse, difference, low, high, improvement, p, adjusted] = row
    const [, title, digits] = metric
    const mean = (variant) => shown(data.variants[variant].scores[data.headline][0], digits)
    const apart = known(low) && low * high > 0
    const verdict = improvement === 1
      ? `Every run of ${better} is better than every run of ${worse}.`
      : `A run of ${better} is better than one of ${worse} in ${Math.round(100 * improvement)} % of pairs.`
    const sure = apart
      ? "The interval of the difference leaves 0 out"
      : "The interval of the difference holds 0: these seeds cannot tell the two apart"
    const who = difference === 0
      ? `${better} and ${worse} are as good: ${mean(better)}`
      : `${better} is better than ${worse}: ${mean(better)} against ${mean(worse)}`
    return `By ${title}, ${who}, `
      + `a difference of ${shown(difference, digits)} (95 % interval ${shown(low, digits)} to `
      + `${shown(high, digits)}). ${verdict} ${sure}; p is ${shown(p, 3)}, and `
      + `${shown(adjusted, 3)} for all pairs of the board (${data.pairs.length}).`
  }

  function facts(data, variant) {
    const [best, worst] = variant.ranks
    const rank = known(best) ? `rank ${best === worst ? best : `${best}–${worst}`}` : "no rank"
    const verdicts = Object.entries(variant.verdicts).map(([name, n]) => `${n}/${variant.seeds} ${name}`)
    return [rank, variant.kind, ...verdicts, `${shown(variant.seconds)} s a cell`,
      `${shown(variant.parameters)} parameters`].join(" · ")
  }

  function samples(variant, name) {
    if (variant.sentences) {
      const lines = variant.sentences.map((line) => element("li", {}, line))
      return [element("ul", { class: "sentences" }, ...lines)]
    }
    if (!variant.picture) return []
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const address = root + (still ? variant.still : variant.picture)
    return [element("img", { class: "samples", src: address, alt: `Samples of ${name}, not chosen` })]
  }

  function table(data, names) {
    const head = element("tr", {}, element("th", { scope: "col" }, "Metric"),
      ...names.map((name) => element("th", { scope: "col" }, name)))
    find(".compare-scores thead").replaceChildren(head)
    const rows = data.metrics.map(([name, title, digits, higher]) => {
      const own = names.map((variant) => data.variants[variant].scores[name])
      const means = own.map(([mean]) => mean)
      const best = higher === null || !means.every(known) || means.every((own) => own === means[0])
        ? null : (higher ? Math.max : Math.min)(...means)
      const cells = own.map(([mean, low, high]) => {
        const text = shown(mean, digits)
        const cell = element("td", {}, mean === best ? element("b", {}, text) : text)
        if (known(low)) {
          cell.append(" ", element("small", {}, `${shown(low, digits)} to ${shown(high, digits)}`))
        }
        return cell
      })
      const direction = higher === null ? "to compare with held_out"
        : higher ? "higher is better" : "lower is better"
      return element("tr", {}, element("th", { scope: "row" }, title,
        element("span", { class: "direction" }, direction)), ...cells)
    })
    find(".compare-scores tbody").replaceChildren(...rows)
  }

  function chart(data, names) {
    const lines = names.flatMap((name, side) => data.variants[name].trajectory.map(([seen, values]) => (
      { side: SIDES[side], points: seen.map((x, i) => [x, values[i]]).filter(([, y]) => known(y)) })))
    const points = lines.flatMap((line) => line.points)
    if (!points.length) return find(".compare-chart").replaceChildren("No score was taken over training.")
    const [width, height, left, bottom] = [640, 240, 52, 26]
    const ys = points.map(([, y]) => y)
    const log = Math.min(...ys) > 0 && Math.max(...ys) / Math.min(...ys) > 20
    const scale = (y) => (log ? Math.log(y) : y)
    const [low, high, most] = [scale(Math.min(...ys)), scale(Math.max(...ys)), Math.max(...points.map(([x]) => x))]
    const place = ([x, y]) => [left + ((width - left - 8) * x) / most,
      8 + (height - bottom - 16) * (1 - (scale(y) - low) / (high - low || 1))]
    const [, title, digits] = data.metrics.find(([name]) => name === data.curve) ?? ["", data.curve, 2]
    const text = (x, y, anchor, said) => drawn("text", { x, y, "text-anchor": anchor }, said)
    const ends = [[Math.min(...ys), height - bottom - 8], [Math.max(...ys), 12]]
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `${title} over training, a line a seed` },
    drawn("path", { class: "axis", d: `M${left} 4V${height - bottom}H${width - 4}` }),
    ...ends.map(([value, y]) => text(left - 6, y + 3, "end", shown(value, digits))),
    text(width - 8, height - 8, "end", `${shown(most)} ${data.unit} seen`),
    ...lines.map(({ side, points: own }) => drawn("path", { class: `line ${side}`, "stroke-dasharray": DASHES[side],
      d: own.map((point, i) => `${i ? "L" : "M"}${place(point).map((at) => at.toFixed(1)).join(" ")}`).join("") })))
    const legend = element("p", { class: "compare-legend" },
      ...names.flatMap((name, side) => [element("span", { class: "film-key", "data-key": SIDES[side], "aria-hidden": "true" }), `${name} `]),
      `: ${title}${log ? ", logarithmic" : ""}, a line a seed`)
    find(".compare-chart").replaceChildren(svg, legend)
  }

  // the lines of two texts in one list: in both, or in the first or the second alone
  function difference(one, other) {
    const [a, b] = [one.split("\n"), other.split("\n")]
    const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1])
      }
    }
    const lines = []
    for (let i = 0, j = 0; i < a.length || j < b.length;) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        lines.push([" ", a[i++]])
        j++
      } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
        lines.push(["−", a[i++]])
      } else lines.push(["+", b[j++]])
    }
    return lines
  }

  async function files(names) {
    const texts = await Promise.all(names.map((name) => load(`source/${name}`)))
    if (names.join() !== asked().slice(0, LEAST).join()) return // chosen anew meanwhile
    const code = find(".compare-code")
    if (!texts.every(known)) return code.replaceChildren("The files could not be loaded.")
    const lines = difference(...texts)
    const count = (sign) => lines.filter(([own]) => own === sign).length
    find(".compare-files").textContent = `${count(" ")} lines are in both, ${count("−")} in ${names[0]} alone (−), ${count("+")} in ${names[1]} alone (+).`
    const kinds = { "−": "first", "+": "second", " ": "both" }
    code.replaceChildren(...lines.map(([sign, line]) => element("span", { class: kinds[sign] }, `${sign} ${line}\n`)))
  }

  // --- what is chosen, which the address holds

  const asked = () => SIDES.map((side) => control(side).value).filter(Boolean)

  const said = () => {
    const address = new URLSearchParams(location.hash.slice(1))
    return ["data", ...SIDES].map((name) => address.get(name))
  }

  async function show(dataset, wanted = []) {
    const data = await load(`data/${dataset}`)
    if (!data) {
      find(".compare-said").replaceChildren(element("p", {}, `What is known of ${dataset} could not be loaded.`))
      return
    }
    const names = Object.keys(data.variants)
    if (!names.length) {
      find(".compare-said").replaceChildren(element("p", {}, `No variant stands on ${dataset} yet.`))
      return
    }
    const own = wanted.filter((name) => names.includes(name)).slice(0, SIDES.length)
    while (own.length < LEAST) own.push(names.find((name) => !own.includes(name)) ?? names[0])
    control("data").value = dataset
    find(".compare-shown").textContent = data.shown
    for (const [place, side] of SIDES.entries()) {
      const [name, part] = [own[place], find(`[data-side="${side}"]`)]
      options(control(side), place < LEAST ? names : ["", ...names], name ?? "")
      part.querySelector("a").hidden = !name
      part.querySelector("a").href = `${root}variants/${name ?? "index"}.html`
      part.querySelector(".compare-facts").textContent = name ? facts(data, data.variants[name]) : ""
      part.querySelector(".compare-samples").replaceChildren(...(name ? samples(data.variants[name], name) : []))
    }
    find(".compare-said").replaceChildren(...own.slice(1).map((name) => element("p", {}, sentence(data, [own[0], name]))))
    table(data, own)
    chart(data, own)
    files(own.slice(0, LEAST))
    history.replaceState(null, "", `#data=${dataset}${own.map((name, place) => `&${SIDES[place]}=${name}`).join("")}`)
  }

  for (const name of ["data", ...SIDES]) {
    control(name).addEventListener("change", () => show(control("data").value, asked()))
  }
  find('[data-do="swap"]').addEventListener("click", () => {
    const [first, second, ...others] = asked()
    show(control("data").value, [second, first, ...others])
  })
  const start = () => {
    const [dataset, ...wanted] = said()
    show(boards.includes(dataset) ? dataset : boards[0], wanted)
  }
  window.addEventListener("hashchange", () => {
    if (boards.includes(said()[0])) start() // and not where a link leads to a heading
  })
  options(control("data"), boards, boards[0])
  page.hidden = false
  start()
}
