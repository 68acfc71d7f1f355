/// How far a long piece of work is, told on stderr: a bar on a terminal, else a line per tenth.
package struct Progress {
    private static let width = 24

    private let console: Console
    private let what: String
    private let total: Int
    private var last = -1

    /// - Parameter total: Units of work in all, 1 or more.
    package init(_ what: String, total: Int, console: Console) {
        self.what = what
        self.total = max(1, total)
        self.console = console
    }

    /// Tells that `done` of `total` units are done; prints only when the percentage changes.
    package mutating func update(_ done: Int) {
        let percent = min(100, max(0, done) * 100 / total)
        let step = console.traits.errorIsTerminal ? 1 : 10
        guard percent / step > last / step || last < 0 else { return }
        last = percent
        guard console.traits.errorIsTerminal else {
            return console.progress("\(what): \(percent) %\n")
        }
        let full = percent * Self.width / 100
        let bar =
            String(repeating: "#", count: full)
            + String(repeating: ".", count: Self.width - full)
        console.progress("\r\(what) [\(bar)] \(percent) %" + (percent == 100 ? "\n" : ""))
    }
}
