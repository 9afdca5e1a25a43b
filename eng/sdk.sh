# Sourced by ./gyre and ./test: stops with plain advice when the .NET 10 SDK is missing.
require_sdk() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "Gyre needs the .NET 10 SDK, and there is no 'dotnet' on the PATH." >&2
    echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 (or your system's package 'dotnet-sdk-10.0') and run this again." >&2
    exit 69
  fi
  if ! dotnet --list-sdks | grep -q '^10\.'; then
    echo "Gyre needs the .NET 10 SDK; 'dotnet --list-sdks' shows: $(dotnet --list-sdks | tr '\n' ';')" >&2
    echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 (or your system's package 'dotnet-sdk-10.0') and run this again." >&2
    exit 69
  fi
}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
