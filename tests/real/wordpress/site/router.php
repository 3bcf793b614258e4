<?php
/**
 * Routes what PHP's own server gets the way a web server with permalinks does.
 *
 * A request may say that it came over https, as behind a proxy.
 */

if ( isset( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && 'https' === $_SERVER['HTTP_X_FORWARDED_PROTO'] ) {
	$_SERVER['HTTPS'] = 'on';
}
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( is_dir( $root . $path ) && is_file( $root . rtrim( $path, '/' ) . '/index.php' ) ) {
	$path = rtrim( $path, '/' ) . '/index.php';
}
if ( is_file( $root . $path ) && '.php' !== substr( $path, -4 ) ) {
	return false;
}
$script = is_file( $root . $path ) ? $path : '/index.php';
if ( '/' . getenv( 'SITE_RUNS_AT' ) === $path ) {
	require __DIR__ . '/run.php';
	return true;
}

$_SERVER['SCRIPT_NAME']     = $script;
$_SERVER['PHP_SELF']        = $script;
$_SERVER['SCRIPT_FILENAME'] = $root . $script;
chdir( dirname( $root . $script ) );
require $root . $script;
