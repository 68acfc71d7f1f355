/// Which changes of a book may be applied: nothing else decides it.
///
/// A change tells the update before it and the last one in it. Those that follow a whole book, one
/// behind the other, give the book; where one is missing nothing does until the next whole book.
struct BookSync: Equatable {
    enum Verdict: Equatable {
        /// It follows what is known.
        case follows
        /// All of it is known already.
        case known
        /// It begins after what is known: messages were missed.
        case broken
        /// Nothing is known that it could follow.
        case waits
    }

    private enum State: Equatable {
        case waiting
        /// After a whole book, whose last update need not be the end of a change.
        case joining(Int64)
        case following(Int64)
    }

    private var state: State
    /// Whether a first change is taken as the book, where no whole book will come.
    private let isPartial: Bool

    init(isPartial: Bool) {
        self.isPartial = isPartial
        state = .waiting
    }

    /// Whether there is a book.
    var isLost: Bool { state == .waiting }

    /// Judges a change and, when it follows, takes it as known.
    ///
    /// - Parameters:
    ///   - previous: The update before the change.
    ///   - last: Its last update.
    mutating func judge(previous: Int64, last: Int64) -> Verdict {
        switch state {
        case .waiting:
            guard isPartial else { return .waits }
        case .joining(let known):
            if last <= known { return .known }
            guard previous <= known else { return .broken }
        case .following(let known):
            if last <= known { return .known }
            guard previous == known else { return .broken }
        }
        state = .following(last)
        return .follows
    }

    /// Takes a whole book as known; false where what is known is newer.
    mutating func takes(snapshot last: Int64) -> Bool {
        switch state {
        case .following(let known), .joining(let known): if last <= known { return false }
        case .waiting: break
        }
        state = .joining(last)
        return true
    }

    /// Forgets what was known.
    mutating func lose() { state = .waiting }
}
