// Two to four variants of a leaderboard side by side. The data are in scripts that call compared(...)
// and source(...), see benchmark/website/compare.py, loaded when first chosen: also from file://.
{
  const page = document.getElementById("compare")
  const { root } = page.dataset
  const leaderboards = JSON.parse(page.dataset.leaderboards)
  const control = (name) => page.querySelector(`[name="${name}"]`)
  const find = (name) => page.querySelector(name)
  const SIDES = ["first", "second", "third", "fourth"] // the last two may be empty
  const LEAST = 2
  const DASHES = { first: "", second: "5 3", third: "2 2", fourth: "8 3 2 3" }

  // --- data

  const loaded = new Map()
  window.compared = (dataset, data) => loaded.set(`data/${dataset}`, data)
  window.source = (variant, text) => loaded.set(`source/${variant}`, text)

  const load = loader(`${root}assets/compare`, loaded)

  // --- numbers and elements

  const isDefined = (value) => value !== null && value !== undefined
  const format = (value, digits = 0) => (isDefined(value)
    ? value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .replaceAll(",", "\u202f").replace("-", "−")
    : "–")
  const probability = (p, sign = "") => (isDefined(p) && p < 0.001 ? "< 0.001" : sign + format(p, 3))

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    made.append(...children)
    return made
  }

  function svgElement(tag, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    made.append(...children)
    return made
  }

  // --- the parts of the page

  function options(select, names, chosen) {
    select.replaceChildren(...names.map((name) => element("option", { value: name }, name || "none")))
    select.value = chosen
  }

  function verdict(data, [one, other]) {
    if (one === other) return "Twice the same variant: choose another one."
    const [condition, another] = [one, other].map((name) => data.variants[name].condition)
    if (condition !== another) return "No comparison: one of the two is conditioned on labels, so they stand on different leaderboards."
    const row = data.pairs.find(([a, b]) => (a === one && b === other) || (a === other && b === one))
    const metric = data.metrics.find(([name]) => name === data.headline)
    if (!row || !metric) return "No comparison: one of the two has fewer than two finished seeds."
    const [better, worse, difference, low, high, improvement, p, adjusted, permutation] = row
    const [, title, digits] = metric
    const mean = (variant) => format(data.variants[variant].scores[data.headline][0], digits)
    const seeds = [better, worse].map((variant) => data.variants[variant].seeds - data.variants[variant].diverged)
    const diverged = [better, worse].filter((variant) => data.variants[variant].diverged)
      .map((variant) => ` ${data.variants[variant].diverged} of ${data.variants[variant].seeds} seeds of ${variant} diverged and are left out.`)
    const pairings = seeds[0] * seeds[1]
    const wins = Math.round(2 * improvement * pairings) / 2 // a tie is half a win
    const lead = difference === 0
      ? `${better} and ${worse} are equal: ${mean(better)}`
      : `${better} is better than ${worse}: ${mean(better)} against ${mean(worse)}`
    const interval = isDefined(low) ? ` (95 % interval ${format(low, digits)} to ${format(high, digits)})` : ""
    const count = data.pairs.filter(([name]) => data.variants[name].condition === condition).length
    const certainty = adjusted <= 0.05 ? "and the difference is significant among all comparisons"
      : p <= 0.05 ? "and the difference is significant alone, but not among all comparisons"
        : "and these seeds cannot tell the two apart"
    return `By ${title}, ${lead}, a difference of ${format(difference, digits)}${interval}. `
      + `${better} wins ${format(wins, wins % 1 ? 1 : 0)} of ${pairings} pairings of seeds, `
      + `${certainty} (p ${probability(p, "= ")}; ${probability(adjusted)} corrected for ${count} ${count === 1 ? "comparison" : "comparisons"}; ${probability(permutation)} by permutation).`
      + diverged.join("")
  }

  function facts(data, variant) {
    const [best, worst] = variant.ranks
    const conditions = new Set(Object.values(data.variants).map(({ condition }) => condition))
    const group = { none: " of unconditional rows", labels: " of conditional rows" }[conditions.size > 1 && variant.condition] ?? ""
    const rank = isDefined(best) ? `rank ${best === worst ? best : `${best}–${worst}`}${group}` : "no rank"
    const diverged = variant.diverged ? [`${variant.diverged} of ${variant.seeds} seeds diverged`] : []
    const verdicts = Object.entries(variant.verdicts).map(([name, n]) => `${n}/${variant.seeds} ${name}`)
    return [rank, variant.kind, ...diverged, ...verdicts, `${format(variant.seconds)} s a run`,
      `${format(variant.parameters)} parameters`].join(" · ")
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
      const scores = names.map((variant) => data.variants[variant].scores[name])
      const means = scores.map(([mean]) => mean)
      const best = higher === null || !means.every(isDefined) || means.every((mean) => mean === means[0])
        ? null : (higher ? Math.max : Math.min)(...means)
      const cells = scores.map(([mean, low, high]) => {
        const text = format(mean, digits)
        const cell = element("td", {}, mean === best ? element("b", {}, text) : text)
        if (isDefined(low)) {
          cell.append(" ", element("small", {}, `${format(low, digits)} to ${format(high, digits)}`))
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
      { side: SIDES[side], points: seen.map((x, i) => [x, values[i]]).filter(([, y]) => isDefined(y)) })))
    const points = lines.flatMap((line) => line.points)
    if (!points.length) return find(".compare-chart").replaceChildren("No score was taken during training.")
    const [width, height, left, bottom] = [640, 240, 52, 26]
    const ys = points.map(([, y]) => y)
    const log = Math.min(...ys) > 0 && Math.max(...ys) / Math.min(...ys) > 20
    const scale = (y) => (log ? Math.log(y) : y)
    const [low, high, most] = [scale(Math.min(...ys)), scale(Math.max(...ys)), Math.max(...points.map(([x]) => x))]
    const place = ([x, y]) => [left + ((width - left - 8) * x) / most,
      8 + (height - bottom - 16) * (1 - (scale(y) - low) / (high - low || 1))]
    const [, title, digits] = data.metrics.find(([name]) => name === data.curve) ?? ["", data.curve, 2]
    const text = (x, y, anchor, content) => svgElement("text", { x, y, "text-anchor": anchor }, content)
    const ends = [[Math.min(...ys), height - bottom - 8], [Math.max(...ys), 12]]
    const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `${title} during training, a line a seed` },
    svgElement("path", { class: "axis", d: `M${left} 4V${height - bottom}H${width - 4}` }),
    ...ends.map(([value, y]) => text(left - 6, y + 3, "end", format(value, digits))),
    text(width - 8, height - 8, "end", `${format(most)} ${data.unit} seen`),
    ...lines.map(({ side, points: line }) => svgElement("path", { class: `line ${side}`, "stroke-dasharray": DASHES[side],
      d: line.map((point, i) => `${i ? "L" : "M"}${place(point).map((at) => at.toFixed(1)).join(" ")}`).join("") })))
    const legend = element("p", { class: "compare-legend" },
      ...names.flatMap((name, side) => [element("span", { class: "film-key", "data-key": SIDES[side], "aria-hidden": "true" }), `${name} `]),
      `: ${title}${log ? ", logarithmic" : ""}, a line a seed`)
    find(".compare-chart").replaceChildren(svg, legend)
  }

  // the lines of two texts in one list: in both, only in the first, or only in the second
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
    if (names.join() !== chosen().slice(0, LEAST).join()) return // others were chosen meanwhile
    const code = find(".compare-code")
    if (!texts.every(isDefined)) return code.replaceChildren("The files could not be loaded.")
    const lines = difference(...texts)
    const count = (sign) => lines.filter(([mark]) => mark === sign).length
    find(".compare-files").textContent = `${count(" ")} lines are in both, ${count("−")} only in ${names[0]} (−), ${count("+")} only in ${names[1]} (+).`
    const kinds = { "−": "first", "+": "second", " ": "both" }
    code.replaceChildren(...lines.map(([sign, line]) => element("span", { class: kinds[sign] }, `${sign} ${line}\n`)))
  }

  // --- the choice, which the address keeps

  const chosen = () => SIDES.map((side) => control(side).value).filter(Boolean)

  const readAddress = () => {
    const address = new URLSearchParams(location.hash.slice(1))
    return ["data", ...SIDES].map((name) => address.get(name))
  }

  async function show(dataset, wanted = []) {
    const data = await load(`data/${dataset}`)
    if (!data) {
      find(".compare-verdicts").replaceChildren(element("p", {}, `The data of ${dataset} could not be loaded.`))
      return
    }
    const names = Object.keys(data.variants)
    if (!names.length) {
      find(".compare-verdicts").replaceChildren(element("p", {}, `No variant has results on ${dataset} yet.`))
      return
    }
    const shown = wanted.filter((name) => names.includes(name)).slice(0, SIDES.length)
    while (shown.length < LEAST) shown.push(names.find((name) => !shown.includes(name)) ?? names[0])
    control("data").value = dataset
    find(".compare-shared").textContent = data.shared
    for (const [place, side] of SIDES.entries()) {
      const [name, part] = [shown[place], find(`[data-side="${side}"]`)]
      options(control(side), place < LEAST ? names : ["", ...names], name ?? "")
      part.querySelector("a").hidden = !name
      part.querySelector("a").href = `${root}variants/${name ?? "index"}.html`
      part.querySelector(".compare-facts").textContent = name ? facts(data, data.variants[name]) : ""
      part.querySelector(".compare-samples").replaceChildren(...(name ? samples(data.variants[name], name) : []))
    }
    find(".compare-verdicts").replaceChildren(...shown.slice(1).map((name) => element("p", {}, verdict(data, [shown[0], name]))))
    table(data, shown)
    chart(data, shown)
    files(shown.slice(0, LEAST))
    history.replaceState(null, "", `#data=${dataset}${shown.map((name, place) => `&${SIDES[place]}=${name}`).join("")}`)
  }

  for (const name of ["data", ...SIDES]) {
    control(name).addEventListener("change", () => show(control("data").value, chosen()))
  }
  find('[data-do="swap"]').addEventListener("click", () => {
    const [first, second, ...others] = chosen()
    show(control("data").value, [second, first, ...others])
  })
  const start = () => {
    const [dataset, ...wanted] = readAddress()
    show(leaderboards.includes(dataset) ? dataset : leaderboards[0], wanted)
  }
  window.addEventListener("hashchange", () => {
    if (leaderboards.includes(readAddress()[0])) start() // a link to a heading chooses nothing
  })
  options(control("data"), leaderboards, leaderboards[0])
  page.hidden = false
  start()
}
