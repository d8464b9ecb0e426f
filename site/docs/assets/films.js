// Plays films of training runs, two side by side. A film is a script that calls film(...), see
// benchmark/evaluation/films.py, loaded when it is first chosen: this works from file://, too.
{
  const player = document.getElementById("film-player")
  const { root } = player.dataset
  const leaderboards = JSON.parse(player.dataset.leaderboards)
  const titles = JSON.parse(player.dataset.titles)
  const control = (name) => player.querySelector(`[name="${name}"]`)
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)")

  // --- films

  const films = new Map()
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

  // three bytes a point -> x, y, x, y, ... in [0, 1], or NaN for a point that was not finite
  function unpackPoints(text) {
    const packed = bytes(text)
    const coordinates = new Float32Array((packed.length / 3) * 2)
    for (let i = 0, j = 0; i < packed.length; i += 3) {
      coordinates[j++] = (packed[i] << 4) | (packed[i + 1] >> 4)
      coordinates[j++] = ((packed[i + 1] & 15) << 8) | packed[i + 2]
    }
    return coordinates.map((step) => (step === 4095 ? NaN : step / 4094))
  }

  window.film = (dataset, variant, seed, data) => {
    films.set(`${dataset}/${variant}-${seed}`, {
      ...data,
      real: unpackPoints(data.real),
      points: unpackPoints(data.points),
      scores: data.discriminator_scores === null ? null : bytes(data.discriminator_scores),
    })
  }

  const load = loader(`${root}assets/films`, films)

  // --- colours and numbers

  const NAMES = [
    "real", "drawn", "halo", "trail", "low", "middle", "high", "line",
    "rule", "text", "first", "second", "third",
  ]
  let colours = {}
  const rgb = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16))

  function readColours() {
    const style = getComputedStyle(player)
    const read = (name) => [name, style.getPropertyValue(`--film-${name}`).trim()]
    colours = Object.fromEntries(NAMES.map(read))
    const stops = ["low", "middle", "high"].map((name) => rgb(colours[name]))
    colours.ramp = Array.from({ length: 255 }, (_, level) => {
      const place = level / 127
      const from = Math.min(Math.floor(place), 1)
      return stops[from].map((start, c) => start + (stops[from + 1][c] - start) * (place - from))
    })
  }

  const isDefined = (value) => value !== null && value !== undefined
  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f")

  function short(value) {
    if (!isDefined(value)) return "–"
    const size = Math.abs(value)
    const extreme = size >= 1e4 || (size > 0 && size < 1e-3)
    const text = extreme ? value.toExponential(1) : value.toFixed(size >= 100 ? 0 : 2)
    return text.replace("-", "−").replace("e+", "e")
  }

  const percent = (value) => (isDefined(value) ? `${Math.round(100 * value)} %` : "–")

  // --- drawing

  // a canvas at the resolution of the screen, cleared; its context draws in CSS pixels
  function cleared(canvas) {
    const ratio = window.devicePixelRatio || 1
    const { clientWidth: width, clientHeight: height } = canvas
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
    const context = canvas.getContext("2d")
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    return [context, width, height]
  }

  const grid = document.createElement("canvas")

  function drawLandscape(context, levels, side, boundary, box) {
    grid.width = grid.height = side
    const pixels = grid.getContext("2d").createImageData(side, side)
    levels.forEach((level, place) => {
      if (level === 255) return // no finite score: the background stays
      const row = side - 1 - Math.floor(place / side) // rows of the film count from below
      pixels.data.set([...colours.ramp[level], 255], 4 * (row * side + (place % side)))
    })
    grid.getContext("2d").putImageData(pixels, 0, 0)
    const step = box.size / (side - 1) // the outer places lie on the edge, so half a step is outside
    context.save()
    context.beginPath()
    context.rect(box.left, box.top, box.size, box.size)
    context.clip()
    context.imageSmoothingQuality = "high"
    context.drawImage(grid, box.left - step / 2, box.top - step / 2, step * side, step * side)
    context.beginPath()
    for (let i = 0; i + 1 < side && boundary !== null; i++) {
      for (let j = 0; j + 1 < side; j++) {
        // corners of a square in turn; the line crosses between two on either side of the boundary
        const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]]
        const scores = corners.map(([y, x]) => levels[y * side + x])
        if (scores.includes(255)) continue
        const crossed = []
        for (let k = 0; k < 4; k++) {
          const [a, b] = [scores[k], scores[(k + 1) % 4]]
          if (a > boundary === b > boundary) continue
          const share = (boundary - a) / (b - a)
          const [[y, x], [v, u]] = [corners[k], corners[(k + 1) % 4]]
          crossed.push([
            box.left + step * (x + share * (u - x)),
            box.top + box.size - step * (y + share * (v - y)),
          ])
        }
        for (let k = 0; k + 1 < crossed.length; k += 2) {
          context.moveTo(...crossed[k])
          context.lineTo(...crossed[k + 1])
        }
      }
    }
    context.strokeStyle = colours.line
    context.lineWidth = 1.25
    context.stroke()
    context.restore()
  }

  function drawDots(context, points, radius, box) {
    context.beginPath()
    for (let i = 0; i < points.length; i += 2) {
      if (Number.isNaN(points[i])) continue
      const [x, y] = [box.left + points[i] * box.size, box.top + (1 - points[i + 1]) * box.size]
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, 2 * Math.PI)
    }
  }

  function drawPlane(canvas, film, moment, trails) {
    const [context, width] = cleared(canvas)
    const margin = 5
    const box = { left: margin, top: margin, size: width - 2 * margin }
    const radius = Math.max(1.5, width / 200)
    if (!film) return
    if (film.scores && moment >= 0) {
      const count = film.side ** 2
      const [low, high, score] = [film.low[moment], film.high[moment], film.boundary[moment]]
      const boundary = isDefined(score) && high > low ? ((score - low) / (high - low)) * 254 : null
      const levels = film.scores.subarray(moment * count, (moment + 1) * count)
      drawLandscape(context, levels, film.side, boundary, box)
    }
    drawDots(context, film.real, radius + 1, box)
    context.fillStyle = colours.real
    context.fill()
    if (moment < 0) return
    const at = (time) => film.points.subarray(2 * film.count * time, 2 * film.count * (time + 1))
    const points = at(moment)
    if (trails && moment > 0) {
      const before = at(moment - 1)
      context.beginPath()
      for (let i = 0; i < points.length; i += 2) {
        if (Number.isNaN(points[i] + before[i])) continue
        context.moveTo(box.left + before[i] * box.size, box.top + (1 - before[i + 1]) * box.size)
        context.lineTo(box.left + points[i] * box.size, box.top + (1 - points[i + 1]) * box.size)
      }
      context.strokeStyle = colours.trail
      context.lineWidth = 1
      context.stroke()
    }
    drawDots(context, points, radius, box)
    context.strokeStyle = colours.halo
    context.lineWidth = 1
    context.stroke()
    context.fillStyle = colours.drawn
    context.fill()
  }

  // the 2nd and 98th percentile of all values, with a margin
  function range(lines) {
    const sorted = lines.flatMap((line) => line.values).filter(isDefined).sort((a, b) => a - b)
    if (!sorted.length) return [0, 1]
    const [low, high] = [0.02, 0.98].map((share) => sorted[Math.round(share * (sorted.length - 1))])
    const margin = (high - low) * 0.12 || 0.5
    return [low - margin, high + margin]
  }

  const PAD = 5
  const GUTTER = 38 // right of a chart, for the ends of its scale

  function drawChart(canvas, lines, moments, moment, [low, high], label) {
    const [context, width, height] = cleared(canvas)
    const right = width - GUTTER
    const x = (time) => PAD + (time / Math.max(moments - 1, 1)) * (right - PAD)
    const y = (value) => {
      const share = (Math.min(Math.max(value, low), high) - low) / (high - low)
      return PAD + (1 - share) * (height - 2 * PAD)
    }
    context.lineWidth = 1
    context.strokeStyle = colours.rule
    context.beginPath()
    for (const level of [low, high].concat(low < 0 && high > 0 ? 0 : [])) {
      context.moveTo(PAD, y(level))
      context.lineTo(right, y(level))
    }
    context.stroke()
    context.strokeStyle = colours.text
    context.beginPath()
    context.moveTo(x(moment), 0)
    context.lineTo(x(moment), height)
    context.stroke()
    for (const { values, colour, dash } of lines) {
      context.strokeStyle = context.fillStyle = colour
      context.lineWidth = 1.5
      context.setLineDash(dash)
      context.beginPath()
      values.forEach((value, time) => {
        if (!isDefined(value)) return
        context[time && isDefined(values[time - 1]) ? "lineTo" : "moveTo"](x(time), y(value))
      })
      context.stroke()
      context.setLineDash([])
      if (!isDefined(values[moment])) continue
      context.beginPath()
      context.arc(x(moment), y(values[moment]), 3, 0, 2 * Math.PI)
      context.fill()
    }
    context.fillStyle = colours.text
    context.font = `10px ${getComputedStyle(canvas).fontFamily}`
    context.fillText(label(high), right + PAD, PAD + 5)
    context.fillText(label(low), right + PAD, height - PAD + 2)
  }

  // --- a run, on one side of the page

  const DASHES = [[], [5, 3], [2, 2]]

  class Run {
    constructor(side) {
      this.side = side
      this.element = player.querySelector(`[data-side="${side}"]`)
      this.film = undefined
      this.losses = []
    }

    find(selector) {
      return this.element.querySelector(selector)
    }

    read(name, text) {
      const element = this.find(`[data-read="${name}"]`)
      if (element.textContent !== text) element.textContent = text
    }

    get length() {
      return this.film ? this.film.samples_seen.length : 0
    }

    async show({ data, seed, [this.side]: variant }) {
      this.variant = variant
      this.dataset = data
      const about = this.find(".film-about")
      about.href = `${root}variants/${variant}.html`
      about.textContent = titles[variant] || variant
      const path = `${data}/${variant}-${seed}`
      this.path = path
      const film = await load(path)
      if (this.path !== path) return // another run was chosen meanwhile
      this.film = film
      this.losses = Object.entries(film ? film.losses : {}).map(([name, values]) => ({ name, values }))
      const rest = ["first", "third", "second"]
      this.losses.forEach((line, place) => {
        line.key = line.name === "generator" ? "drawn" : rest.shift() || "text"
        line.dash = DASHES[place % DASHES.length]
      })
      this.find(".film-losses").replaceChildren(
        ...this.losses.map((line) => {
          const row = document.createElement("p")
          const key = document.createElement("span")
          key.className = "film-key"
          key.dataset.key = line.key
          key.classList.toggle("film-dashed", line.dash.length > 0)
          key.setAttribute("aria-hidden", "true")
          line.shown = document.createElement("b")
          row.append(key, `${line.name} `, line.shown)
          return row
        }),
      )
    }

    draw(at, moments, trails) {
      const { film } = this
      const moment = Math.min(at, this.length - 1)
      drawPlane(this.find(".film-plane"), film, moment, trails)
      const note = this.find(".film-note")
      note.textContent = !film ? `There is no film of this run here. gan-benchmark repro --row ${this.dataset}-${this.variant} makes it.`
        : !this.length ? "This run diverged before its first moment: only the data are shown."
        : film.diverged && at >= moment
        ? `This run diverged: its last moment is that of ${grouped(film.samples_seen[moment])} points.`
        : film.scores ? "" : "This variant has no discriminator, so the background is blank."
      note.hidden = !note.textContent
      const value = (list) => (film && isDefined(list) ? list[moment] : null)
      this.find(".film-scale").classList.toggle("film-off", !isDefined(value(film?.low)))
      this.read("low", short(value(film?.low)))
      this.read("high", short(value(film?.high)))
      const modes = value(film?.modes)
      this.read("modes", isDefined(modes) ? `${Math.round(modes)} of ${film.of}` : "–")
      this.read("quality", percent(value(film?.high_quality)))
      for (const line of this.losses) line.shown.textContent = short(value(line.values))
      const shares = !film ? [] : [
        {
          values: film.modes.map((count) => (isDefined(count) ? count / film.of : null)),
          colour: colours.second,
          dash: DASHES[1],
        },
        { values: film.high_quality, colour: colours.third, dash: DASHES[0] },
      ]
      drawChart(this.find('[data-chart="shares"]'), shares, moments, at, [0, 1], percent)
      const lines = this.losses.map((line) => ({ ...line, colour: colours[line.key] }))
      drawChart(this.find('[data-chart="losses"]'), lines, moments, at, range(lines), short)
    }

    // in words, for screen readers
    describe(at) {
      const moment = Math.min(at, this.length - 1)
      if (moment < 0) return `${this.variant}: ${this.find(".film-note").textContent}`
      const { film } = this
      const modes = isDefined(film.modes[moment]) ? `${film.modes[moment]} of ${film.of} modes, ` : ""
      const end = film.diverged && at >= moment ? ", diverged" : ""
      return `${this.variant}: ${modes}${percent(film.high_quality[moment])} high quality${end}`
    }
  }

  // --- the player

  const runs = ["left", "right"].map((side) => new Run(side))
  const status = player.querySelector('[role="status"]')
  const state = { data: "", seed: 0, left: "", right: "", at: 0 }
  let ready = false // once the first two films are loaded, or missing
  let playing = false
  let timer = 0
  const moments = () => Math.max(...runs.map((run) => run.length), 1)

  // points seen: once if both runs see the same number at each moment, else for each side
  function describeProgress(at) {
    const shown = runs.filter((run) => run.length)
    if (!shown.length) return "–"
    const series = shown.map((run) => run.film.samples_seen)
    const longest = series.find(({ length }) => length === moments())
    const agree = series.every((seen) => seen.every((value, moment) => value === longest[moment]))
    const of = (seen) => `${grouped(seen[Math.min(at, seen.length - 1)])} of ${grouped(seen.at(-1))}`
    if (agree) return `${of(longest)} points seen`
    return `${shown.map((run, place) => `${run.side} ${of(series[place])}`).join(", ")} points seen`
  }

  function draw() {
    if (!ready) return
    const count = moments()
    state.at = Math.min(Math.max(state.at, 0), count - 1)
    const slider = control("at")
    slider.max = count - 1
    slider.value = state.at
    const seen = describeProgress(state.at)
    slider.setAttribute("aria-valuetext", seen)
    player.querySelector('[data-read="seen"]').textContent = seen
    for (const run of runs) run.draw(state.at, count, control("trails").checked)
  }

  // once nothing moves: update the address, and the text for screen readers
  function settle() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (playing) return
      const descriptions = runs.map((run) => run.describe(state.at))
      status.textContent = descriptions.join("; ")
      runs.forEach((run, side) => {
        const label = `Real and generated points; ${descriptions[side]}`
        run.find(".film-plane").setAttribute("aria-label", label)
      })
      history.replaceState(null, "", `#${new URLSearchParams(state)}`)
    }, 500)
  }

  function go(at) {
    if (!ready) return
    state.at = at
    draw()
    settle()
  }

  function play(on) {
    if (on === playing || !ready) return
    playing = on
    const button = player.querySelector(".film-play")
    button.setAttribute("aria-label", on ? "Pause" : "Play")
    button.classList.toggle("film-on", on)
    for (const run of runs) run.find(".film-plane").setAttribute("aria-label", `Film of ${run.variant}, playing`)
    if (!on) return settle()
    if (state.at >= moments() - 1) state.at = 0
    let last = performance.now()
    const tick = (now) => {
      if (!playing) return
      if (now - last > 1000) last = now // the page was hidden
      const steps = Math.floor(((now - last) / 1000) * control("speed").value)
      if (steps > 0) {
        last += (steps / control("speed").value) * 1000
        state.at += steps
        draw()
        if (state.at >= moments() - 1) return play(false)
      }
      requestAnimationFrame(tick)
    }
    draw()
    requestAnimationFrame(tick)
  }

  function options(name, values, chosen) {
    const made = values.map((value) => new Option(value, value, false, value === chosen))
    control(name).replaceChildren(...made)
  }

  // choose the wanted run, and the nearest one where it is missing
  async function choose(wanted) {
    const leaderboard = leaderboards.find(({ dataset }) => dataset === wanted.data) || leaderboards[0]
    const { variants, seeds } = leaderboard
    const variant = (...names) => names.find((name) => variants.includes(name))
    state.data = leaderboard.dataset
    state.seed = seeds.find((seed) => String(seed) === String(wanted.seed)) ?? seeds[0]
    state.left = variant(wanted.left, "dcgan", variants[0])
    state.right = variant(wanted.right, "wgan_gp", variants.at(-1))
    if (isDefined(wanted.at)) state.at = Math.trunc(Number(wanted.at)) || 0
    options("data", leaderboards.map(({ dataset }) => dataset), state.data)
    options("seed", seeds, state.seed)
    options("left", variants, state.left)
    options("right", variants, state.right)
    await Promise.all(runs.map((run) => run.show(state)))
    ready = true
    draw()
    settle()
  }

  // the choices in the address; an anchor of the page has none
  const address = () => {
    const text = location.hash.slice(1)
    return text.includes("=") ? Object.fromEntries(new URLSearchParams(text)) : {}
  }

  for (const name of ["data", "seed", "left", "right"]) {
    control(name).addEventListener("change", ({ target }) => {
      choose({ ...state, [name]: target.value })
    })
  }
  control("at").addEventListener("input", (event) => {
    play(false)
    go(Number(event.target.value))
  })
  control("trails").addEventListener("change", draw)
  const acts = {
    play: () => play(!playing),
    back: () => (play(false), go(state.at - 1)),
    on: () => (play(false), go(state.at + 1)),
    first: () => (play(false), go(0)),
    last: () => (play(false), go(Infinity)),
  }
  for (const button of player.querySelectorAll("[data-do]")) {
    button.addEventListener("click", acts[button.dataset.do])
  }

  for (const chart of player.querySelectorAll(".film-chart")) {
    const seek = (event) => {
      if (!event.buttons && event.type !== "pointerdown") return
      play(false)
      const box = chart.getBoundingClientRect()
      go(Math.round(((event.clientX - box.left - PAD) / (box.width - PAD - GUTTER)) * (moments() - 1)))
    }
    chart.addEventListener("pointerdown", seek)
    chart.addEventListener("pointermove", seek)
  }

  const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last" }
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key]
    const held = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
    if (!act || held || event.defaultPrevented) return
    const { target } = event
    if (target !== document.body && !player.contains(target)) return
    const { top, bottom } = player.querySelector(".film-runs").getBoundingClientRect()
    if (target === document.body && (bottom < 0 || top > innerHeight)) return // the player is out of sight
    if (target.matches("select")) return
    if (event.key === " " && target.matches("button, a, [type=checkbox]")) return
    event.preventDefault()
    acts[act]()
  })

  window.addEventListener("hashchange", () => {
    if (location.hash.includes("=")) choose({ ...state, ...address() })
  })

  player.hidden = false
  readColours()
  new MutationObserver(() => {
    readColours()
    draw()
  }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] })
  new ResizeObserver(draw).observe(player)

  // pairs that show a contrast, if both are here
  const TRIES = [
    ["ring8", "gan_minimax", "dcgan", "the minimax loss of the first paper against the one that the paper recommends"],
    ["ring8", "dcgan", "unrolled", "a generator that looks several steps ahead, against mode hopping"],
    ["grid25", "dcgan", "pacgan", "a discriminator that sees points in pairs, so that it notices too little variety"],
    ["grid25", "wgan", "wgan_gp", "two ways to bound the slope of a critic: clipped weights, or a penalty"],
    ["grid25", "lsgan", "wgan_gp", "a least-squares discriminator and a critic, and their landscapes"],
    ["ring8", "vae", "dcgan", "without a discriminator, and with one"],
  ]
  for (const [data, left, right, why] of TRIES) {
    const leaderboard = leaderboards.find(({ dataset }) => dataset === data)
    if (![left, right].every((variant) => leaderboard?.variants.includes(variant))) continue
    const item = document.createElement("li")
    const link = document.createElement("a")
    link.href = `#${new URLSearchParams({ data, seed: leaderboard.seeds[0], left, right, at: 0 })}`
    link.textContent = `${left} and ${right} on ${data}`
    link.addEventListener("click", (event) => {
      event.preventDefault()
      player.scrollIntoView({ behavior: reducedMotion.matches ? "auto" : "smooth" })
      choose({ data, seed: leaderboard.seeds[0], left, right, at: 0 }).then(() => play(!reducedMotion.matches))
    })
    item.append(link, `: ${why}.`)
    document.querySelector(".film-tries").append(item)
    document.querySelector(".film-try").hidden = false
  }

  const wanted = address()
  choose(wanted).then(() => {
    if (!reducedMotion.matches && !isDefined(wanted.at)) play(true)
  })
}
