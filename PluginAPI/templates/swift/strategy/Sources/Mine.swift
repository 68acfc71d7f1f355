import RialtoKit

/// Long after `length` rises in a row, flat after a fall.
struct Mine: Strategy {
    static let info = PluginInfo(
        id: "{{id}}", version: "0.1.0", name: "{{name}}",
        summary: "Long after some rises in a row, flat after a fall.", author: "Unknown",
        license: "Apache-2.0",
        parameters: [
            .integer(
                1, "length", 1...100, initial: 3, unit: "bars", "Rises in a row before it buys")
        ])

    private let length: Int64
    private let tracks: PerInstrument<Track>

    init(_ setup: Setup) throws(PluginFailure) {
        length = setup.integer(1)
        tracks = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            Track(step: instrument.quantityStep)
        }
    }

    var needs: [Need] { [.bars()] }

    /// It reads no orders or fills of its own, so the host need not stop where it acts.
    var isOpenLoop: Bool { true }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        let change = tracks[bar.instrument].add(bar.close)
        guard !intents.isWarmUp else { return }
        let track = tracks[bar.instrument]
        let isLong = track.isLong ? change >= 0 : track.rises >= length
        guard isLong != track.isLong else { return }
        tracks[bar.instrument].isLong = isLong
        intents.target(bar.instrument, isLong ? track.step : 0)
    }
}

/// What is known of one instrument.
struct Track {
    /// Quantity to hold.
    let step: Int64
    var rises: Int64 = 0
    var isLong = false
    private var close: Int64 = 0

    init(step: Int64) { self.step = step }

    /// Takes in a close. Returns its distance from the one before, 0 for the first.
    mutating func add(_ next: Int64) -> Int64 {
        let change = close > 0 ? next - close : 0
        close = next
        rises = change > 0 ? rises + 1 : 0
        return change
    }
}
