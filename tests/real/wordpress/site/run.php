<?php
/**
 * Runs a file inside the site, as a user who may be named, and prints what it returns as JSON.
 */

$tillside_test_asked    = json_decode( file_get_contents( 'php://input' ), true );
$_SERVER['REQUEST_URI'] = '/';
$_POST                  = array();
if ( $tillside_test_asked['admin'] ) {
	define( 'WP_ADMIN', true );
}
ob_start();
require $_SERVER['DOCUMENT_ROOT'] . '/wp-load.php';
wp_set_current_user( $tillside_test_asked['user'] );
$tillside_test_told = ( static function ( $tillside_test_script, $tillside_test_values ) {
	extract( $tillside_test_values );
	return require $tillside_test_script;
} )( $tillside_test_asked['script'], $tillside_test_asked['values'] );
ob_end_clean();
if ( is_wp_error( $tillside_test_told ) ) {
	$tillside_test_told = array(
		'error'   => $tillside_test_told->get_error_code(),
		'message' => $tillside_test_told->get_error_message(),
	);
}
header( 'Content-Type: application/json' );
echo wp_json_encode( $tillside_test_told );
