<?php
/**
 * Writes down every notice of PHP's and every misuse that WordPress complains of.
 *
 * An older WordPress on a newer PHP is deprecated itself: that counts only where our plugin
 * has a part in it.
 */

function tillside_test_note( $message, $file, $line ) {
	file_put_contents( TILLSIDE_TEST_NOTICES, "$message at $file:$line\n", FILE_APPEND | LOCK_EX );
}

set_error_handler(
	function ( $level, $message, $file, $line ) {
		if ( ! ( error_reporting() & $level ) ) {
			return true;
		}
		// The fence keeps WordPress from looking for updates.
		if ( false !== strpos( $message, 'An unexpected error occurred. Something may be wrong with WordPress.org' ) ) {
			return true;
		}
		$ours = false;
		foreach ( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ) as $call ) {
			$ours = $ours || ( isset( $call['file'] ) && false !== strpos( $call['file'], '/plugins/tillside/' ) );
		}
		// That an old file was loaded for us is no fault of ours; what we passed to it would be.
		$in_old_file = E_DEPRECATED === $level && false === strpos( $file, '/plugins/tillside/' ) && false === strpos( $message, 'Passing null' );
		$own_age     = in_array( $level, array( E_DEPRECATED, E_USER_DEPRECATED ), true );
		if ( ( $ours && ! $in_old_file ) || ! $own_age ) {
			tillside_test_note( $message, $file, $line );
		}
		return true;
	}
);

register_shutdown_function(
	function () {
		$error = error_get_last();
		if ( $error && in_array( $error['type'], array( E_ERROR, E_PARSE, E_COMPILE_ERROR ), true ) ) {
			tillside_test_note( $error['message'], $error['file'], $error['line'] );
		}
	}
);
