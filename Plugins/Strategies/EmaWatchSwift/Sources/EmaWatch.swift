import RialtoKit

/// Follows an exponential moving average of every trade's price and never trades: the lightest
/// plugin there is, used to measure the host.
struct EmaWatch: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.ema-watch-swift", version: "1.0.0", name: "EMA watch (Swift)",
        summary: "Follows an exponential moving average of every trade and never trades.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .number(1, "weight", 0.000001...1, initial: 0.1, "Weight of the newest price")
        ])

    private let weight: Double
    private let unit: Double
    private var ema = 0.0

    init(_ setup: Setup) throws(PluginFailure) {
        weight = setup.number(1)
        guard let instrument = setup.instruments.first else {
            throw PluginFailure("no instrument was given")
        }
        unit = (0..<instrument.priceDecimals).reduce(1.0) { value, _ in value * 10 }
    }

    var needs: [Need] { [.trades()] }
    var isOpenLoop: Bool { true }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {
        ema += weight * (Double(trade.price) / unit - ema)
    }

    func save() -> [UInt8]? { withUnsafeBytes(of: ema) { Array($0) } }

    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool {
        guard state.count == 8 else { return false }
        ema = state.loadUnaligned(as: Double.self)
        return true
    }
}
