// Loads data by scripts, which work from file:// too. Each script is loaded once.
window.loader = (folder, loaded) => {
  const requests = new Map()
  // the value that the script of a path put into loaded, or undefined if there is no such script
  return (path) => {
    if (!requests.has(path)) {
      requests.set(path, new Promise((done) => {
        const script = document.createElement("script")
        script.src = `${folder}/${path}.js`
        script.onload = () => done(loaded.get(path))
        script.onerror = () => {
          requests.delete(path) // so that a later choice tries again
          done(undefined)
        }
        document.head.append(script)
      }))
    }
    return requests.get(path)
  }
}
