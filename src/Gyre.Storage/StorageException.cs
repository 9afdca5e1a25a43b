using Gyre.Contracts;

namespace Gyre.Storage;

/// <summary>A database that cannot be opened, read or written (codes <c>STO####</c>).</summary>
public sealed class StorageException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
