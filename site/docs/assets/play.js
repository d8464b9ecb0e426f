// Latent walks, and samples drawn in the page, by the networks of benchmark/evaluation/walks.py.
{
  const page = document.getElementById("play")
  const { root } = page.dataset
  const walks = JSON.parse(page.dataset.walks) // data set -> variant -> its walk
  const control = (name) => page.querySelector(`[name="${name}"]`)
  const [sample, gallery] = ["walk", "samples"].map((name) => page.querySelector(`.play-${name}`))
  const status = page.querySelector('[role="status"]')
  const COUNT = 32

  const networks = new Map()
  window.network = (dataset, variant, network) => networks.set(`${dataset}/${variant}`, network)

  const load = loader(`${root}assets/play`, networks)

  function options(select, names, chosen) {
    select.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name, textContent: name })))
    select.value = names.includes(chosen) ? chosen : names[0]
  }

  // random numbers from a seed: mulberry32, made normal by Box and Muller
  function normal(seed) {
    let state = seed >>> 0
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296
    }
    return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  }

  const chosen = () => walks[control("data").value][control("variant").value]
  const path = () => `${control("data").value}/${control("variant").value}`

  function step() {
    const { rows, columns, sides: [height, width], classes } = chosen()
    const [across, down] = ["across", "down"].map((name) => Number(control(name).value))
    sample.style.setProperty("--across", across)
    sample.style.setProperty("--down", down)
    sample.setAttribute("aria-label", `Sample of ${control("variant").value}${classes ? `, asked for class ${down}` : ""}, ${across + 1} of ${columns} across, ${down + 1} of ${rows} down`)
    page.querySelector(".play-down").textContent = classes ? `Class ${down}` : "Down"
    control("across").setAttribute("aria-valuetext", `${across + 1} of ${columns}`)
    control("down").setAttribute("aria-valuetext", classes ? `class ${down}` : `${down + 1} of ${rows}`)
    sample.style.aspectRatio = `${width} / ${height}`
  }

  async function draw(seed) {
    const requested = path()
    gallery.replaceChildren()
    page.querySelector(".play-draw").hidden = !chosen().network
    status.textContent = chosen().network ? "" : `${control("variant").value} has another generator or a class as input: it has a walk, but does not run here.`
    if (!chosen().network) return
    const network = await load(requested)
    if (!network || requested !== path()) return
    const next = normal(seed)
    const started = performance.now()
    for (let count = 0; count < COUNT; count++) {
      const { levels, shape: [channels, height, width] } = generated(network, Float32Array.from({ length: network.latent }, next))
      const canvas = Object.assign(document.createElement("canvas"), { width, height })
      const pixels = canvas.getContext("2d").createImageData(width, height)
      for (let i = 0; i < width * height; i++) {
        for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = levels[(channels === 3 ? c * width * height : 0) + i]
        pixels.data[4 * i + 3] = 255
      }
      canvas.getContext("2d").putImageData(pixels, 0, 0)
      gallery.append(canvas)
    }
    gallery.setAttribute("aria-label", `${COUNT} samples of ${control("variant").value}, drawn with seed ${seed}`)
    status.textContent = `${COUNT} samples, drawn in this page in ${Math.max(1, Math.round(performance.now() - started))} ms${chosen().fetched ? ", with fetched weights" : ""}`
  }

  function keep() {
    history.replaceState(null, "", `#data=${control("data").value}&variant=${control("variant").value}&across=${control("across").value}&down=${control("down").value}&seed=${control("seed").value}`)
  }

  function choose() {
    const { rows, columns } = chosen()
    for (const [name, most] of [["across", columns], ["down", rows]]) {
      control(name).max = most - 1
      if (Number(control(name).value) > most - 1) control(name).value = most - 1
    }
    sample.style.backgroundImage = `url("${root}assets/play/${path()}.png")`
    sample.style.backgroundSize = `${100 * columns}% ${100 * rows}%`
    sample.style.setProperty("--columns", columns - 1)
    sample.style.setProperty("--rows", rows - 1)
    page.querySelector(".play-about").href = `${root}variants/${control("variant").value}.html`
    step()
    draw(Number(control("seed").value))
    keep()
  }

  function start() {
    const address = new URLSearchParams(location.hash.slice(1))
    options(control("data"), Object.keys(walks), address.get("data"))
    const variants = walks[control("data").value]
    const names = Object.keys(variants)
    options(control("variant"), names, address.get("variant") ?? names.find((name) => variants[name].network))
    for (const name of ["across", "down", "seed"]) if (address.has(name)) control(name).value = address.get(name)
    choose()
  }

  control("data").addEventListener("change", () => {
    options(control("variant"), Object.keys(walks[control("data").value]), control("variant").value)
    choose()
  })
  control("variant").addEventListener("change", choose)
  for (const name of ["across", "down"]) {
    control(name).addEventListener("input", () => {
      step()
      keep()
    })
  }
  const redraw = () => {
    draw(Number(control("seed").value))
    keep()
  }
  control("seed").addEventListener("change", redraw)
  page.querySelector('[data-do="next"]').addEventListener("click", () => {
    control("seed").value = Number(control("seed").value) + 1
    redraw()
  })
  // a finger or a mouse on the sample moves along both axes at once
  sample.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" && !event.isPrimary) return
    const box = sample.getBoundingClientRect()
    const at = (share, name) => Math.round(Math.min(Math.max(share, 0), 1) * control(name).max)
    control("across").value = at((event.clientX - box.left) / box.width, "across")
    control("down").value = at((event.clientY - box.top) / box.height, "down")
    step()
  })
  sample.addEventListener("pointerleave", keep)
  page.hidden = false
  start()
}
