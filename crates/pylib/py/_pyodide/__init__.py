"""What code for Pyodide imports from its private package."""
