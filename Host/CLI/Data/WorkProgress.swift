import RialtoHistory

/// Progress of work that may fail half way: the bar's line is ended before an error is printed.
struct WorkProgress {
    private let console: Console
    private let total: Int
    private var bar: Progress
    private var isOpen = false

    init(_ what: String, total: Int, console: Console) {
        self.console = console
        self.total = total
        bar = Progress(what, total: total, console: console)
    }

    /// Tells how much is done; work that is done at once shows no bar.
    mutating func update(_ done: Int) {
        guard isOpen || done < total else { return }
        bar.update(done)
        isOpen = done < total
    }

    /// Ends the bar's line where it was left in the middle.
    func end() { if isOpen, console.traits.errorIsTerminal { console.progress("\n") } }
}

extension ByteInput {
    /// Does `work` and shows how much of the input it has read; a pipe shows nothing.
    ///
    /// - Parameter what: One word for the work.
    func watched<Result>(
        _ what: String, _ console: Console,
        _ work: ((ImportProgress) -> Void) throws -> Result
    ) throws -> Result {
        guard let total = bytesTotal else { return try work { _ in } }
        let file = name.split(separator: "/").last.map(String.init) ?? name
        var progress = WorkProgress(what + " " + file, total: total, console: console)
        defer { progress.end() }
        return try work { progress.update($0.bytesRead) }
    }
}
