// Leaderboards that readers sort, search, filter and save; without this they are plain tables. The
// address keeps the choices for the first leaderboard of a page.
{
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }

  const title = (cell) => (cell.querySelector(".dt-column-title") ?? cell).firstChild.textContent.trim()

  // the text of a table cell, without its drawing and its small print
  function cellText(cell) {
    const value = cell.querySelector(".value")
    if (value) return (value.querySelector("b") ?? value).textContent.trim()
    if (cell.querySelector("img")) return ""
    return cell.textContent.replace(/★|✓|⚠|fastest/g, "").replace(/[ \n\t]+/g, " ").trim()
  }

  // numbers without typography
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

  document.querySelectorAll(".sortable").forEach((section, number) => {
    const scroll = section.querySelector(".scroll")
    const element = section.querySelector("table.leaderboard")
    const heads = [...element.tHead.rows[0].cells]
    const names = heads.map(title)
    const table = new DataTable(element, {
      columns: heads.map((cell) => ({
        type: cell.dataset.type,
        orderable: cell.dataset.orderable !== "false",
        orderSequence: cell.dataset.first === "desc" ? ["desc", "asc", ""] : ["asc", "desc", ""],
        columnControl: cell.dataset.orderable === "false" ? [] : ["order"],
      })),
      autoWidth: false,
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      order: [],
      ordering: { indicators: false, handler: false },
      paging: false,
    })
    for (const cell of heads) cell.querySelector("button")?.setAttribute("aria-label", `Sort by ${title(cell)}`)

    const find = make("input", { type: "search", placeholder: "variant, kind, …" })
    const count = make("span")
    count.setAttribute("role", "status")
    const bar = make("div", { className: "find-bar" }, make("label", { className: "find" }, "Find ", find))

    // facets: attributes of rows that differ
    const rows = [...element.tBodies[0].rows]
    const facets = new Map()
    for (const [name, label] of [["family", "Family"], ["kind", "Kind"], ["loss", "Loss"], ["architecture", "Architecture"], ["health", "Health"]]) {
      const values = [...new Set(rows.map((row) => row.dataset[name]))].filter(Boolean).sort()
      if (values.length < 2) continue
      const select = make("select", {}, make("option", { value: "", textContent: "all" }), ...values.map((value) => make("option", { value, textContent: value })))
      facets.set(name, select)
      bar.append(make("label", {}, `${label} `, select))
    }
    table.search.fixed("facets", (text, data, index) => {
      const { dataset } = table.row(index).node()
      return [...facets].every(([name, { value }]) => !value || dataset[name] === value)
    })

    // columns: a cell that spans several shrinks with those that are hidden
    const hidden = new Set()
    function cut() {
      for (const box of boxes) hidden[box.checked ? "delete" : "add"](Number(box.value))
      for (const row of element.rows) {
        if (row.querySelector(".apart")) continue
        let place = 0
        for (const cell of row.cells) {
          const span = Number(cell.dataset.span ?? (cell.dataset.span = cell.colSpan))
          let left = span
          for (const column of hidden) if (column >= place && column < place + span) left--
          cell.hidden = left === 0
          if (cell.colSpan !== Math.max(left, 1)) cell.colSpan = Math.max(left, 1) // setting it lays the table out
          place += span
        }
      }
    }
    const boxes = names.map((name, place) => make("input", { type: "checkbox", checked: true, disabled: name === "Variant", value: place }))
    bar.append(make("details", { className: "columns" }, make("summary", { textContent: "Columns" }),
      make("div", {}, ...names.map((name, place) => make("label", {}, boxes[place], ` ${name}`)))))

    const shown = () => [names, ...table.rows({ search: "applied", order: "applied" }).nodes().toArray()
      .map((row) => [...row.cells].map(cellText))].map((row) => row.filter((_, place) => !hidden.has(place) && names[place] !== "Samples"))
    const save = make("span", { className: "save" }, "Save as ")
    for (const [name, form] of Object.entries(FORMS)) {
      const button = make("button", { type: "button", textContent: name })
      button.addEventListener("click", () => {
        const address = URL.createObjectURL(new Blob([form(shown())], { type: "text/plain;charset=utf-8" }))
        make("a", { href: address, download: `${element.id}.${{ CSV: "csv", JSON: "json", LaTeX: "tex" }[name]}` }).click()
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

    const first = number === 0 && element.id.startsWith("leaderboard-")
    let ready = false
    function keep() {
      if (!first || !ready) return
      const address = new URLSearchParams()
      if (find.value) address.set("find", find.value)
      for (const [name, { value }] of facets) if (value) address.set(name, value)
      const [order] = table.order()
      if (order?.[1]) address.set("sort", order.slice(0, 2).join("."))
      if (hidden.size) address.set("hide", [...hidden].join("."))
      const text = address.toString()
      if (text || location.hash.includes("=")) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search)
    }

    if (first && location.hash.includes("=")) {
      const address = new URLSearchParams(location.hash.slice(1))
      find.value = address.get("find") ?? ""
      for (const [name, select] of facets) if (address.has(name)) select.value = address.get(name)
      for (const place of (address.get("hide") ?? "").split(".").filter(Boolean)) if (boxes[place] && !boxes[place].disabled) boxes[place].checked = false
      const [place, direction] = (address.get("sort") ?? "").split(".")
      if (direction && heads[place]?.dataset.orderable !== "false") table.order([[Number(place), direction]])
    }
    const onInput = (controls, act) => controls.forEach((control) => control.addEventListener("input", () => {
      act()
      keep()
    }))
    onInput([find, ...facets.values()], refresh)
    onInput(boxes, cut)
    table.on("order.dt", keep)
    refresh()
    if (boxes.some((box) => !box.checked)) cut()
    ready = true
  })
}

// The theme adds a bar of buttons to each block of code, all with the same name for screen readers,
// and lets tables of text scroll, but not by keyboard.
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

// Two pictures in one place: the slider sets where the first ends and the second begins.
for (const figure of document.querySelectorAll(".wipe")) {
  const slider = figure.querySelector("input")
  slider.addEventListener("input", () => figure.style.setProperty("--at", `${slider.value}%`))
}
