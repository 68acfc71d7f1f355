// Sketches of markets, strategies and runs are the host's own: `rialto simulate` draws them too.
@_exported import RialtoSimulation
