import RialtoKit

/// The grid's parameters, in no instrument's units yet.
struct GridTerms {
    let lower: DecimalValue
    let upper: DecimalValue
    /// Entries on each side.
    let levels: Int
    let quantity: DecimalValue
    let holdsShort: Bool
    /// Average true ranges between levels.
    let spacing: Double
    /// Spacings from an entry to its exit.
    let takeProfit: Double
    /// Spacings beyond the last level.
    let stop: Double
    let inventoryMax: DecimalValue
    /// Spacings beyond the levels.
    let recenter: Double
    /// Bars after a stop.
    let pause: Int64

    /// Levels on all sides.
    var slotCount: Int { holdsShort ? 2 * levels : levels }
    /// Whether volatility lays the grid.
    var isAutomatic: Bool { lower.units == 0 && upper.units == 0 }

    init(_ setup: Setup) throws(PluginFailure) {
        lower = setup.decimal(1)
        upper = setup.decimal(2)
        levels = Int(setup.integer(3))
        quantity = setup.decimal(4)
        holdsShort = setup.text(5) == "both"
        spacing = setup.number(6)
        takeProfit = setup.number(7)
        stop = setup.number(8)
        inventoryMax = setup.decimal(9)
        recenter = setup.number(10)
        pause = setup.integer(12)
    }
}

/// One level: an entry, and the exit of what it has brought.
struct GridSlot {
    enum Phase { case idle, entering, held, exiting }

    /// Whether the entry buys.
    let isBuy: Bool
    var phase = Phase.idle
    /// Id of the entry or exit that works; 0 none.
    var orderId: UInt64 = 0
    /// Quantity of the entry or exit that works.
    var ordered: Int64 = 0
    /// Quantity that the entry has brought and no exit has taken.
    var held: Int64 = 0

    var isLive: Bool { phase == .entering || phase == .exiting }

    /// Takes in the end of its order, `filled` of which was filled.
    mutating func end(filled: Int64) {
        held = phase == .entering ? filled : max(0, held - filled)
        phase = held > 0 ? .held : .idle
        orderId = 0
        ordered = 0
    }
}

/// An order that a level lacks.
struct GridOrder {
    let isBuy: Bool
    let isExit: Bool
    let price: Int64
    let quantity: Int64
}
