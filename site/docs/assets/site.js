// Leaderboards: sorted, searched, filtered and cut down to columns; without this they are plain
// tables. The address holds what was chosen on the first board of a page.
{
  const made = (tag, told = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), told)
    element.append(...children)
    return element
  }

  const title = (cell) => (cell.querySelector(".dt-column-title") ?? cell).firstChild.textContent.trim()

  // what a cell says, without its drawing and its small print
  function words(cell) {
    const value = cell.querySelector(".value")
    if (value) return (value.querySelector("b") ?? value).textContent.trim()
    if (cell.querySelector("img")) return ""
    return cell.textContent.replace(/★|✓|⚠|fastest/g, "").replace(/[ \n\t]+/g, " ").trim()
  }

  // numbers as programs read them
  const plain = (text) => text.replaceAll("\u202f", "").replace("−", "-").replace(/^–$/, "")

  const TEX = { "&": "\\&", "%": "\\%", $: "\\$", "#": "\\#", _: "\\_", "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}" }
  const FORMS = {
    CSV: ([heads, ...rows]) => [heads, ...rows.map((row) => row.map(plain))]
      .map((row) => row.map((text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(",")).join("\n") + "\n",
    JSON: ([heads, ...rows]) => JSON.stringify(rows.map((row) => Object.fromEntries(row.map((text, place) => {
      const value = plain(text)
      return [heads[place], value !== "" && Number.isFinite(Number(value)) ? Number(value) : value]
    }))), null, 1) + "\n",
    LaTeX: ([heads, ...rows]) => {
      const line = (row) => row.map((text) => text.replaceAll("\u202f", "\\,").replaceAll("−", "-").replaceAll("–", "--")
        .replace(/[&%$#_{}~^]/g, (sign) => TEX[sign])).join(" & ") + " \\\\\n"
      return `\\begin{tabular}{${heads.map((_, place) => (place === 1 ? "l" : "r")).join("")}}\n\\hline\n${line(heads)}\\hline\n${rows.map(line).join("")}\\hline\n\\end{tabular}\n`
    },
  }

  document.querySelectorAll(".board").forEach((board, number) => {
    const scroll = board.querySelector(".scroll")
    const element = board.querySelector("table.leaderboard")
    const heads = [...element.tHead.rows[0].cells]
    const names = heads.map(title)
    const table = new DataTable(element, {
      columns: heads.map((cell) => ({
        type: cell.dataset.type,
        orderable: cell.dataset.orderable !== "false",
        columnControl: cell.dataset.orderable === "false" ? [] : ["order"],
      })),
      autoWidth: false,
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      order: [],
      ordering: { indicators: false, handler: false },
      paging: false,
    })
    for (const cell of heads) cell.querySelector("button")?.setAttribute("aria-label", `Sort by ${title(cell)}`)

    const find = made("input", { type: "search", placeholder: "variant, kind, …" })
    const count = made("span")
    count.setAttribute("role", "status")
    const bar = made("div", { className: "find-bar" }, made("label", { className: "find" }, "Find ", find))

    // facets: what rows say of themselves, where they do not all say the same
    const rows = [...element.tBodies[0].rows]
    const facets = new Map()
    for (const [name, label] of [["family", "Family"], ["kind", "Kind"], ["loss", "Loss"], ["architecture", "Architecture"], ["health", "Health"]]) {
      const values = [...new Set(rows.map((row) => row.dataset[name]))].filter(Boolean).sort()
      if (values.length < 2) continue
      const select = made("select", {}, made("option", { value: "", textContent: "all" }), ...values.map((value) => made("option", { value, textContent: value })))
      facets.set(name, select)
      bar.append(made("label", {}, `${label} `, select))
    }
    table.search.fixed("facets", (text, data, index) => {
      const { dataset } = table.row(index).node()
      return [...facets].every(([name, { value }]) => !value || dataset[name] === value)
    })

    // columns: a cell over several is as wide as those of them that are left
    const hidden = new Set()
    function cut() {
      for (const box of boxes) hidden[box.checked ? "delete" : "add"](Number(box.value))
      for (const row of element.rows) {
        if (row.querySelector(".apart")) continue
        let place = 0
        for (const cell of row.cells) {
          const span = Number(cell.dataset.span ?? (cell.dataset.span = cell.colSpan))
          let left = span
          for (const own of hidden) if (own >= place && own < place + span) left--
          cell.hidden = left === 0
          if (cell.colSpan !== Math.max(left, 1)) cell.colSpan = Math.max(left, 1) // else all is laid out anew
          place += span
        }
      }
    }
    const boxes = names.map((name, place) => made("input", { type: "checkbox", checked: true, disabled: name === "Variant", value: place }))
    bar.append(made("details", { className: "columns" }, made("summary", { textContent: "Columns" }),
      made("div", {}, ...names.map((name, place) => made("label", {}, boxes[place], ` ${name}`)))))

    const shown = () => [names, ...table.rows({ search: "applied", order: "applied" }).nodes().toArray()
      .map((row) => [...row.cells].map(words))].map((row) => row.filter((_, place) => !hidden.has(place) && names[place] !== "Samples"))
    const save = made("span", { className: "save" }, "Save as ")
    for (const [name, form] of Object.entries(FORMS)) {
      const button = made("button", { type: "button", textContent: name })
      button.addEventListener("click", () => {
        const address = URL.createObjectURL(new Blob([form(shown())], { type: "text/plain;charset=utf-8" }))
        made("a", { href: address, download: `${element.id}.${{ CSV: "csv", JSON: "json", LaTeX: "tex" }[name]}` }).click()
        URL.revokeObjectURL(address)
      })
      save.append(button)
    }
    bar.append(save, count)
    scroll.before(bar)

    function refresh() {
      table.search(find.value).draw()
      const { recordsDisplay: left, recordsTotal: all } = table.page.info()
      count.textContent = left === all ? "" : `${left} of ${all} variants`
    }

    const first = number === 0 && element.id.startsWith("board-")
    let ready = false
    function keep() {
      if (!first || !ready) return
      const said = new URLSearchParams()
      if (find.value) said.set("find", find.value)
      for (const [name, { value }] of facets) if (value) said.set(name, value)
      const [order] = table.order()
      if (order?.[1]) said.set("sort", order.slice(0, 2).join("."))
      if (hidden.size) said.set("hide", [...hidden].join("."))
      const text = said.toString()
      if (text || location.hash.includes("=")) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search)
    }

    if (first && location.hash.includes("=")) {
      const said = new URLSearchParams(location.hash.slice(1))
      find.value = said.get("find") ?? ""
      for (const [name, select] of facets) if (said.has(name)) select.value = said.get(name)
      for (const place of (said.get("hide") ?? "").split(".").filter(Boolean)) if (boxes[place] && !boxes[place].disabled) boxes[place].checked = false
      const [place, direction] = (said.get("sort") ?? "").split(".")
      if (direction && heads[place]?.dataset.orderable !== "false") table.order([[Number(place), direction]])
    }
    const whenever = (controls, act) => controls.forEach((control) => control.addEventListener("input", () => {
      act()
      keep()
    }))
    whenever([find, ...facets.values()], refresh)
    whenever(boxes, cut)
    table.on("order.dt", keep)
    refresh()
    if (boxes.some((box) => !box.checked)) cut()
    ready = true
  })
}

// What the theme makes of a page once it is there: each block of code has a bar of buttons, all of
// the same name to a screen reader, and a table of text scrolls, which the keyboard cannot reach.
new MutationObserver(() => {
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((bar) => {
    bar.setAttribute("aria-label", `Tools of code block ${bar.parentElement.id.replace(/\D+/g, "") || "0"}`)
  })
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((wrap, number) => {
    wrap.tabIndex = 0
    wrap.setAttribute("role", "region")
    wrap.setAttribute("aria-label", `Table ${number + 1}`)
  })
}).observe(document.body, { childList: true, subtree: true })

// Two pictures in one place: the slider says where the one ends and the other begins.
for (const figure of document.querySelectorAll(".wipe")) {
  const slider = figure.querySelector("input")
  slider.addEventListener("input", () => figure.style.setProperty("--at", `${slider.value}%`))
}
