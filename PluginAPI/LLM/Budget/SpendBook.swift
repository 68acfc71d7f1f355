/// The most that calls may use. Each limit is checked with what is reserved counted in full.
public struct SpendLimits: Hashable, Sendable, Codable {
    /// Of one period: tokens, and money in units of 10^-12.
    public struct Limit: Hashable, Sendable, Codable {
        /// Most tokens.
        public var tokens: Int64
        /// Most money.
        public var money: TinyMoney

        public init(tokens: Int64, money: TinyMoney) {
            self.tokens = tokens
            self.money = money
        }

        /// None at all.
        public static let unlimited = Limit(tokens: .max, money: .max)
    }

    /// Of one call.
    public var call: Limit
    /// Of any 60 minutes.
    public var hour: Limit
    /// Of any 24 hours.
    public var day: Limit
    /// Of the whole run.
    public var run: Limit

    public init(call: Limit, hour: Limit, day: Limit, run: Limit) {
        self.call = call
        self.hour = hour
        self.day = day
        self.run = run
    }
}

/// Why a call may not be made.
public struct SpendRefusal: Error, Hashable, Sendable {
    /// The limit that it would pass; lower case, no full stop.
    public let reason: String

    public init(reason: String) { self.reason = reason }
}

/// What calls used so far. The worst case is reserved before a call and settled after it, so that
/// no limit is ever passed, whatever comes back or does not.
public struct SpendBook: Hashable, Sendable, Codable {
    /// One call. What is not settled counts as its worst case for ever.
    private struct Entry: Hashable, Sendable, Codable {
        let id: UInt64
        let time_ns: Int64
        var tokens: Int64
        var money: TinyMoney
    }

    private var limits: SpendLimits
    /// Calls of the last day, oldest first; older ones are in the sums only.
    private var recent: [Entry] = []
    /// Of the whole run, what is reserved included.
    public private(set) var tokens: Int64 = 0
    /// Of the whole run, what is reserved included, in units of 10^-12.
    public private(set) var money: TinyMoney = 0

    private static let hour_ns: Int64 = 3_600_000_000_000

    public init(limits: SpendLimits) { self.limits = limits }

    /// From now on other limits hold; what was used stays.
    public mutating func hold(to limits: SpendLimits) { self.limits = limits }

    /// Reserves the worst case of a call.
    ///
    /// - Parameters:
    ///   - id: Of the call; used once.
    ///   - tokens: Most that it can use, 0 or more.
    ///   - money: Most that it can cost, 0 or more.
    ///   - time_ns: Unix nanoseconds UTC; never falls.
    /// - Throws: ``SpendRefusal`` when it would pass a limit; nothing is reserved then.
    public mutating func reserve(
        id: UInt64, tokens: Int64, money: TinyMoney, time_ns: Int64
    ) throws(SpendRefusal) {
        precondition(tokens >= 0 && money >= 0, "a worst case is not below 0")
        recent.removeAll { $0.time_ns <= time_ns - 24 * SpendBook.hour_ns }
        let hour = recent.filter { $0.time_ns > time_ns - SpendBook.hour_ns }
        try check("call", limits.call, (0, 0), (tokens, money))
        try check("hour", limits.hour, SpendBook.sum(hour), (tokens, money))
        try check("day", limits.day, SpendBook.sum(recent), (tokens, money))
        try check("run", limits.run, (self.tokens, self.money), (tokens, money))
        recent.append(Entry(id: id, time_ns: time_ns, tokens: tokens, money: money))
        self.tokens += tokens
        self.money += money
    }

    /// Replaces the worst case of a call by what it used. A call that was never answered is not
    /// settled: the provider may have counted it.
    ///
    /// - Returns: Whether it was reserved within the last day and not settled yet for less.
    @discardableResult
    public mutating func settle(id: UInt64, tokens: Int64, money: TinyMoney) -> Bool {
        guard let index = recent.lastIndex(where: { $0.id == id }) else { return false }
        let before = recent[index]
        // More than the worst case is the provider's own count: it is counted, up to the most.
        let used = (max(0, tokens), max(0, money))
        recent[index].tokens = used.0
        recent[index].money = used.1
        self.tokens = SpendBook.adding(self.tokens - before.tokens, used.0)
        self.money = SpendBook.adding(self.money - before.money, used.1)
        return true
    }

    private func check(
        _ period: String, _ limit: SpendLimits.Limit, _ used: (Int64, TinyMoney),
        _ wanted: (Int64, TinyMoney)
    ) throws(SpendRefusal) {
        let tokens = SpendBook.adding(used.0, wanted.0)
        let money = SpendBook.adding(used.1, wanted.1)
        guard tokens <= limit.tokens else {
            throw SpendRefusal(
                reason: "tokens of the \(period) could reach \(tokens); allowed are \(limit.tokens)"
            )
        }
        guard money <= limit.money, money < .max else {
            throw SpendRefusal(
                reason: "money of the \(period) could reach \(SpendBook.text(money)); "
                    + "allowed is \(SpendBook.text(limit.money))")
        }
    }

    private static func sum(_ entries: some Sequence<Entry>) -> (Int64, TinyMoney) {
        entries.reduce((0, 0)) { (adding($0.0, $1.tokens), adding($0.1, $1.money)) }
    }

    private static func adding(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    /// An amount with all its decimals but trailing zeros.
    static func text(_ money: TinyMoney) -> String {
        let (whole, rest) = money.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        let digits = String(rest)
        var text = String(repeating: "0", count: 12 - digits.utf8.count) + digits
        while text.hasSuffix("0") { text.removeLast() }
        return text.isEmpty ? String(whole) : "\(whole).\(text)"
    }
}
