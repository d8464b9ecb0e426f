// Plays the picture of moments of a run, a row a moment, as a film.
for (const block of document.querySelectorAll(".moments")) {
  const picture = block.querySelector("img")
  const seen = [...block.querySelectorAll("li")].map((item) => item.textContent)
  const frame = Object.assign(document.createElement("div"), { className: "frame" })
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: seen.length - 1, value: seen.length - 1 })
  slider.setAttribute("aria-label", "Moment of training")
  const [play, output] = [document.createElement("button"), document.createElement("output")]
  play.type = "button"
  const film = Object.assign(document.createElement("div"), { className: "moments-film", hidden: true })
  const line = document.createElement("p")
  line.append(play, slider, output)
  film.append(frame, line)
  frame.setAttribute("role", "img")
  let timer = 0

  function show(moment) {
    slider.value = moment
    output.textContent = seen[moment]
    slider.setAttribute("aria-valuetext", `${seen[moment]} seen`)
    // rows have equal heights, with a gap between
    frame.style.backgroundPositionY = `${(100 * moment) / Math.max(seen.length - 1, 1)}%`
    frame.setAttribute("aria-label", `Samples after ${seen[moment]}`)
  }

  function pause() {
    clearInterval(timer)
    timer = 0
    play.textContent = "Play"
  }

  play.addEventListener("click", () => {
    if (timer) return pause()
    if (Number(slider.value) === seen.length - 1) show(0)
    play.textContent = "Pause"
    timer = setInterval(() => {
      const next = Number(slider.value) + 1
      if (next === seen.length) pause()
      else show(next)
    }, 400)
  })
  slider.addEventListener("input", () => {
    pause()
    show(Number(slider.value))
  })

  // the height of a row follows from the size of the whole picture
  const whole = new Image()
  whole.onload = () => {
    const gap = 2
    const height = (whole.naturalHeight + gap) / seen.length - gap
    frame.style.aspectRatio = `${whole.naturalWidth} / ${height}`
    frame.style.backgroundImage = `url("${picture.src}")`
    pause()
    show(seen.length - 1)
    film.hidden = false
  }
  whole.src = picture.src
  block.querySelector(".rows").before(film)
}
