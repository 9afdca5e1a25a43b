using System.Runtime.InteropServices;

namespace Gyre.Benchmarks.Tensors;

/// <summary>The peer of the GEMM benchmark, loaded at run time from where the user (or Debian) has it.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _multiply;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private OpenBlas(nint library)
    {
        _multiply = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        var config = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
        var core = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_corename");
        Version = $"{Marshal.PtrToStringUTF8((nint)config())?.Trim()} (kernels: {Marshal.PtrToStringUTF8((nint)core())})";
    }

    public string Version { get; }

    /// <summary>Loads the library, or says why not.</summary>
    public static OpenBlas? TryLoad(string path, out string reason)
    {
        if (NativeLibrary.TryLoad(path, out var library))
        {
            reason = "";
            return new OpenBlas(library);
        }

        reason = $"OpenBLAS not found at '{path}'. Install Debian's libopenblas0-pthread or pass --library PATH.";
        return null;
    }

    public void SetThreads(int threads) => _setThreads(threads);

    /// <summary>C = A·B, all square and row-major.</summary>
    public void Multiply(int size, float* a, float* b, float* c) =>
        _multiply(RowMajor, NoTranspose, NoTranspose, size, size, size, 1f, a, size, b, size, 0f, c, size);
}
