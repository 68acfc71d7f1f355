/// An exact amount of money in units of 10^-12, in the currency of the price table.
public typealias TinyMoney = Int64

/// What a model's tokens cost from a time on, each in units of 10^-12 a token: 0.28 a million
/// tokens is 280,000.
public struct TokenPrice: Hashable, Sendable, Codable {
    /// Unix nanoseconds UTC from which it holds.
    public let from_ns: Int64
    /// Of the prompt.
    public let input: TinyMoney
    /// Of the prompt, from the provider's cache.
    public let cached: TinyMoney
    /// Of the prompt, written to the cache.
    public let cacheWritten: TinyMoney
    /// Of the answer.
    public let output: TinyMoney

    /// Prices are 0...10^9 a token.
    public init(
        from_ns: Int64, input: TinyMoney, cached: TinyMoney, cacheWritten: TinyMoney,
        output: TinyMoney
    ) {
        self.from_ns = from_ns
        self.input = input
        self.cached = cached
        self.cacheWritten = cacheWritten
        self.output = output
    }

    /// What a call cost; what does not fit counts as the most there is.
    public func cost(of usage: ChatUsage) -> TinyMoney {
        let parts = [
            (usage.input, input), (usage.cached, cached), (usage.cacheWritten, cacheWritten),
            (usage.output, output),
        ]
        return parts.reduce(0) { sum, part in
            let (product, isTooMuch) = part.0.multipliedReportingOverflow(by: part.1)
            let (total, overflow) = sum.addingReportingOverflow(product)
            return isTooMuch || overflow ? .max : total
        }
    }

    /// The most that a call can cost, whatever the provider keeps.
    public func costMax(promptTokens: Int64, tokensMax: Int64) -> TinyMoney {
        let dearest = TokenPrice(
            from_ns: 0, input: max(input, cached, cacheWritten), cached: 0, cacheWritten: 0,
            output: output)
        return dearest.cost(of: ChatUsage(input: promptTokens, output: tokensMax))
    }
}

/// Prices over time: providers change them, so they are configuration and never code.
public struct PriceTable: Hashable, Sendable {
    private let prices: [TokenPrice]

    public init(_ prices: [TokenPrice]) { self.prices = prices.sorted { $0.from_ns < $1.from_ns } }

    /// The price that holds at a time; nil before the first: then no call may be made.
    public func price(at time_ns: Int64) -> TokenPrice? {
        prices.last { $0.from_ns <= time_ns }
    }
}
