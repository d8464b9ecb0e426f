// Sorting and searching of the leaderboards; without it they are plain tables.
for (const board of document.querySelectorAll(".board")) {
  const scroll = board.querySelector(".scroll")
  const element = board.querySelector("table.leaderboard")
  const columns = [...element.tHead.rows[0].cells].map((cell) => ({
    type: cell.dataset.type,
    orderable: cell.dataset.orderable !== "false",
    columnControl: cell.dataset.orderable === "false" ? [] : ["order"],
  }))
  const table = new DataTable(element, {
    columns,
    autoWidth: false,
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    order: [],
    ordering: { indicators: false, handler: false },
    paging: false,
  })
  for (const cell of element.tHead.rows[0].cells) {
    const title = cell.querySelector(".dt-column-title").firstChild.textContent.trim()
    cell.querySelector("button")?.setAttribute("aria-label", `Sort by ${title}`)
  }
  const label = document.createElement("label")
  label.className = "find"
  label.textContent = "Find "
  const input = document.createElement("input")
  input.type = "search"
  input.placeholder = "variant, kind, …"
  const count = document.createElement("span")
  count.setAttribute("role", "status")
  input.addEventListener("input", () => {
    table.search(input.value).draw()
    const { recordsDisplay: shown, recordsTotal: all } = table.page.info()
    count.textContent = shown === all ? "" : `${shown} of ${all} variants`
  })
  label.append(input)
  const bar = document.createElement("div")
  bar.className = "find-bar"
  bar.append(label, count)
  scroll.before(bar)
}

// The theme gives each block of code a bar of buttons, all of the same name to a screen reader.
new MutationObserver(() => {
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((bar) => {
    bar.setAttribute("aria-label", `Tools of code block ${bar.parentElement.id.replace(/\D+/g, "") || "0"}`)
  })
}).observe(document.body, { childList: true, subtree: true })

// Two pictures in one place: the slider says where the one ends and the other begins.
for (const figure of document.querySelectorAll(".wipe")) {
  const slider = figure.querySelector("input")
  slider.addEventListener("input", () => figure.style.setProperty("--at", `${slider.value}%`))
}
