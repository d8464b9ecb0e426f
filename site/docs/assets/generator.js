// Runs a generator that benchmark/evaluation/walks.py exported: latents in, grey levels out.
{
  function unpack({ weights, scale }) {
    const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0))
    const whole = new Int16Array(bytes.buffer) // little-endian, as all that browsers run on
    const each = whole.length / scale.length
    return Float32Array.from(whole, (value, place) => value * scale[Math.floor(place / each)])
  }

  function activate(values, after) {
    for (let i = 0; i < values.length; i++) values[i] = after === "relu" ? Math.max(values[i], 0) : Math.tanh(values[i])
    return values
  }

  function linear(layer, input) {
    const out = Float32Array.from(layer.bias)
    for (let o = 0; o < layer.outputs; o++) {
      for (let i = 0; i < input.length; i++) out[o] += layer.values[o * input.length + i] * input[i]
    }
    return out
  }

  // maps (channels, height, width), flat; `upward` doubles the sides
  function convolution(layer, input, [channels, height, width], upward) {
    const side = upward ? 4 : 3
    const [h, w] = upward ? [2 * height, 2 * width] : [height, width]
    const out = new Float32Array(layer.outputs * h * w)
    for (let o = 0; o < layer.outputs; o++) {
      const map = out.subarray(o * h * w, (o + 1) * h * w).fill(layer.bias[o])
      for (let c = 0; c < channels; c++) {
        const kernel = (o * channels + c) * side * side
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const value = input[(c * height + y) * width + x]
            if (value === 0) continue
            for (let v = 0; v < side; v++) {
              const row = upward ? 2 * y - 1 + v : y + 1 - v
              if (row < 0 || row >= h) continue
              for (let u = 0; u < side; u++) {
                const column = upward ? 2 * x - 1 + u : x + 1 - u
                if (column >= 0 && column < w) map[row * w + column] += layer.values[kernel + v * side + u] * value
              }
            }
          }
        }
      }
    }
    return [out, [layer.outputs, h, w]]
  }

  // a latent to {levels, shape}: grey levels 0 to 255, channels first
  globalThis.generated = (network, latent) => {
    let [values, shape] = [latent, []]
    for (const layer of network.layers) {
      layer.values ??= unpack(layer)
      if (layer.kind === "linear") [values, shape] = [linear(layer, values), layer.shape]
      else [values, shape] = convolution(layer, values, shape, layer.kind === "upward")
      values = activate(values, layer.after)
    }
    return { levels: Uint8ClampedArray.from(values, (value) => Math.round(127.5 * (value + 1))), shape }
  }
}
