import RialtoKit

/// Simple moving average cross in Swift: the same decisions as `org.rialto.sma-cross` in C.
///
/// Averages are compared exactly, as integer sums; an equal pair changes nothing.
struct SmaCross: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.sma-cross-swift", version: "1.0.0", name: "SMA cross (Swift)",
        summary: "Long while the fast moving average is above the slow one, else flat.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .integer(1, "fast", 1...4095, initial: 10, unit: "bars", "Length of the fast average"),
            .integer(
                2, "slow", 2...4096, initial: 30, unit: "bars",
                "Length of the slow average, above the fast one"),
            .decimal(
                3, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0),
                "Position to hold while long, in units of the base"),
        ])

    private let memory: WindowMemory
    private let windows: UnsafeMutablePointer<Window>
    private let slow: Int

    init(_ setup: Setup) throws(PluginFailure) {
        let fast = Int(setup.integer(1))
        slow = Int(setup.integer(2))
        guard fast < slow else {
            throw PluginFailure("fast is \(fast), which is not below slow, \(slow)")
        }
        let count = (setup.instruments.map { Int($0.index) }.max() ?? 0) + 1
        memory = WindowMemory(count: count, fast: fast, slow: slow)
        windows = memory.windows
        for instrument in setup.instruments {
            guard let quantity = instrument.quantity(setup.decimal(3)), quantity > 0 else {
                throw PluginFailure("quantity is below one step of \(instrument.name)")
            }
            windows[Int(instrument.index)].quantity = quantity
        }
    }

    var needs: [Need] { [.bars(history: UInt32(slow))] }
    var isOpenLoop: Bool { true }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        let window = windows + Int(bar.instrument)
        guard window.pointee.changes(with: bar.close), !intents.isWarmUp else { return }
        window.pointee.isLong.toggle()
        intents.target(bar.instrument, window.pointee.isLong ? window.pointee.quantity : 0)
    }
}

/// Owns the windows of one instance, and the closes in them.
final class WindowMemory {
    let windows: UnsafeMutablePointer<Window>
    private let closes: UnsafeMutablePointer<Int64>

    init(count: Int, fast: Int, slow: Int) {
        windows = .allocate(capacity: count)
        closes = .allocate(capacity: count * slow)
        closes.initialize(repeating: 0, count: count * slow)
        for index in 0..<count {
            let window = Window(fast: fast, slow: slow, closes: closes + index * slow)
            (windows + index).initialize(to: window)
        }
    }

    deinit {
        windows.deallocate()
        closes.deallocate()
    }
}

/// One instrument's last closes, as a ring that starts with zeros.
struct Window {
    var quantity: Int64 = 0
    var isLong = false
    private let fast: Int64
    private let slow: Int64
    private let closes: UnsafeMutablePointer<Int64>
    /// Sum of the fast window * slow - sum of the slow window * fast.
    private var lead: Int64 = 0
    /// Closes that the slow window still waits for.
    private var missing: Int64
    /// Where the next close goes: it leaves the slow window.
    private var next = 0
    /// Where the close lies that leaves the fast window.
    private var leaving: Int

    init(fast: Int, slow: Int, closes: UnsafeMutablePointer<Int64>) {
        self.fast = Int64(fast)
        self.slow = Int64(slow)
        self.closes = closes
        missing = Int64(slow)
        leaving = slow - fast
    }

    /// Takes in a close. Returns whether it says to change sides: never before the window is full.
    mutating func changes(with close: Int64) -> Bool {
        lead &+= slow &* (close &- closes[leaving]) &- fast &* (close &- closes[next])
        closes[next] = close
        next &+= 1
        if next == slow { next = 0 }
        leaving &+= 1
        if leaving == slow { leaving = 0 }
        if missing > 0 {
            missing &-= 1
            if missing > 0 { return false }
        }
        return isLong ? lead < 0 : lead > 0
    }
}
