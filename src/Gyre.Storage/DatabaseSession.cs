using System.Data.Common;
using Dapper;

namespace Gyre.Storage;

/// <summary>One connection and transaction of a <see cref="Database"/>, for the time of one call.</summary>
/// <remarks>Parameters are the public properties of an object and are written <c>@Name</c> in the SQL; values never go into the text.</remarks>
public sealed class DatabaseSession
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;

    internal DatabaseSession(DbConnection connection, DbTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>All rows of a query. Columns fill the properties or constructor parameters of the same name; name them with AS.</summary>
    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) =>
        [.. _connection.Query<T>(sql, parameters, _transaction)];

    /// <summary>The first row of a query, or the default of <typeparamref name="T"/> when there is none.</summary>
    public T? QueryFirst<T>(string sql, object? parameters = null) =>
        _connection.QueryFirstOrDefault<T>(sql, parameters, _transaction);

    /// <summary>Runs a statement, once for every element when given a list; returns the rows it changed.</summary>
    public int Execute(string sql, object? parameters = null) => _connection.Execute(sql, parameters, _transaction);
}
