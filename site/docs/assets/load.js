// What pages take in by scripts that say it, as these load from file:// too. Each is asked for once.
window.loader = (folder, found) => {
  const asked = new Map()
  // what the script of a path put into found, or undefined if there is no such script
  return (path) => {
    if (!asked.has(path)) {
      asked.set(path, new Promise((done) => {
        const script = document.createElement("script")
        script.src = `${folder}/${path}.js`
        script.onload = () => done(found.get(path))
        script.onerror = () => {
          asked.delete(path) // so that a later choice tries again
          done(undefined)
        }
        document.head.append(script)
      }))
    }
    return asked.get(path)
  }
}
